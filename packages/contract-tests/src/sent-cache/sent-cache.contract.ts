import type { Contract } from '../define-contract.ts';
import type { SentCacheHarness } from '../harness/sent-cache-harness.ts';

/** Every promise of `SentCache`. */
export const sentCacheContract: Contract<SentCacheHarness> = {};
