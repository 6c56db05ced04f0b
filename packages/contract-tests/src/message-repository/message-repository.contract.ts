import { type Contract, mergeContracts } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { claimContract } from './claim.contract.ts';
import { claimRaceContract } from './claim-race.contract.ts';
import { insertContract } from './insert.contract.ts';

/** Every promise of `MessageRepository`; each case wants a store of its own that is empty. */
export const messageRepositoryContract: Contract<MessageRepositoryHarness> = mergeContracts(
  insertContract,
  claimContract,
  claimRaceContract,
);
