import { type Contract, mergeContracts } from '../define-contract.ts';
import type { SentCacheHarness } from '../harness/sent-cache-harness.ts';
import { rememberContract } from './remember.contract.ts';
import { sentCacheHarnessContract } from './sent-cache-harness.contract.ts';
import { sharingContract } from './sharing.contract.ts';
import { unhurried } from './unhurried.ts';

/** Every promise of `SentCache`; each case needs an empty cache of its own. */
export const sentCacheContract: Contract<SentCacheHarness> = mergeContracts(
  sentCacheHarnessContract,
  unhurried(rememberContract),
  unhurried(sharingContract),
);
