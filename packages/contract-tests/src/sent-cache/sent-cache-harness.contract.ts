import assert from 'node:assert/strict';
import type { Contract } from '../define-contract.ts';
import type { SentCacheHarness } from '../harness/sent-cache-harness.ts';
import { aRecord, assertRecalls } from './records.ts';

/** The ground that the cases stand on: a fault of the harness is not to pass for one of the cache. */
export const sentCacheHarnessContract: Contract<SentCacheHarness> = {
  'the harness opens a cache of its own each time, and closing one leaves the others': async (
    harness,
    openHarness,
  ) => {
    await harness.cache.remember([aRecord()]);
    const other = await openHarness();
    try {
      await assertRecalls(other.cache, [aRecord().id], []);
      await other.cache.remember([aRecord({ webhookMessageId: 'of the other' })]);
    } finally {
      await other.close();
    }
    await assertRecalls(harness.cache, [aRecord().id], [aRecord()]);
  },

  'the probe tells the life of a record, and of nothing else': async (harness) => {
    assert.equal(await harness.probeTtlMs(aRecord().id), null);
    await harness.cache.remember([aRecord()]);
    assert.notEqual(await harness.probeTtlMs(aRecord().id), null);
  },

  'the harness has a time to live that a busy machine does not use up in a case': async ({ ttlMs }) => {
    assert.ok(ttlMs >= 500, `${ttlMs} ms`);
  },
};
