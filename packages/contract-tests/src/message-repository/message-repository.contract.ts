import { type Contract, mergeContracts } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { cancelContract } from './cancel.contract.ts';
import { capabilitiesContract } from './capabilities.contract.ts';
import { claimContract } from './claim.contract.ts';
import { fencingContract } from './fencing.contract.ts';
import { foreignContract } from './foreign.contract.ts';
import { idempotencyContract } from './idempotency.contract.ts';
import { insertContract } from './insert.contract.ts';
import { interruptionContract } from './interruption.contract.ts';
import { leaseContract } from './lease.contract.ts';
import { listContract } from './list.contract.ts';
import { messageRepositoryHarnessContract } from './message-repository-harness.contract.ts';
import { metadataContract } from './metadata.contract.ts';
import { readContract } from './read.contract.ts';
import { redriveContract } from './redrive.contract.ts';
import { removalContract } from './removal.contract.ts';
import { responseContract } from './response.contract.ts';
import { settleContract } from './settle.contract.ts';

/** Every promise of `MessageRepository`; each case needs an empty store of its own. */
export const messageRepositoryContract: Contract<MessageRepositoryHarness> = mergeContracts(
  messageRepositoryHarnessContract,
  insertContract,
  idempotencyContract,
  metadataContract,
  claimContract,
  interruptionContract,
  fencingContract,
  settleContract,
  responseContract,
  leaseContract,
  readContract,
  listContract,
  cancelContract,
  redriveContract,
  removalContract,
  foreignContract,
  capabilitiesContract,
);
