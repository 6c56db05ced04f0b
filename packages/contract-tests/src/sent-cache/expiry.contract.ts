import assert from 'node:assert/strict';
import type { Contract } from '../define-contract.ts';
import type { SentCacheHarness } from '../harness/sent-cache-harness.ts';
import { aRecord, assertRecalls, idsOf, records } from './records.ts';

async function assertTtl(harness: SentCacheHarness, id: string): Promise<void> {
  const left = (await harness.probeTtlMs(id)) ?? 0;
  // Some of it is gone by now.
  const least = harness.ttlMs / 4;
  assert.ok(left > least && left <= harness.ttlMs, `${left} ms left of ${harness.ttlMs}`);
}

export const expiryContract: Contract<SentCacheHarness> = {
  'stores every record of a batch with the time to live': {
    async run(harness) {
      const batch = records(20);
      await harness.cache.remember(batch);
      for (const { id } of batch) await assertTtl(harness, id);
    },
  },

  'gives a record that replaces another a time to live too': {
    async run(harness) {
      await harness.cache.remember([aRecord()]);
      await harness.cache.remember([aRecord({ webhookMessageId: 'receiver-id-2' })]);
      await assertTtl(harness, aRecord().id);
    },
  },

  'does not recall what has expired': {
    async run(harness) {
      await harness.cache.remember(records(3));
      await harness.expire();
      await assertRecalls(harness.cache, idsOf(records(3)), []);
    },
  },

  'lets each record expire by its own time': {
    async run(harness) {
      const [early, late] = records(2);
      assert.ok(early && late);
      await harness.cache.remember([early]);
      await harness.expire();
      await harness.cache.remember([late]);
      await assertRecalls(harness.cache, [early.id, late.id], [late]);
    },
  },

  'does not lengthen the life of a record by recalling it': {
    async run(harness) {
      await harness.cache.remember([aRecord()]);
      const before = (await harness.probeTtlMs(aRecord().id)) ?? 0;
      await assertRecalls(harness.cache, [aRecord().id], [aRecord()]);
      const after = (await harness.probeTtlMs(aRecord().id)) ?? 0;
      assert.ok(after > 0 && after <= before, `${after} ms are no more than ${before}`);
    },
  },

  'remembers again what has expired': {
    async run(harness) {
      await harness.cache.remember([aRecord()]);
      await harness.expire();
      await harness.cache.remember([aRecord()]);
      await assertRecalls(harness.cache, [aRecord().id], [aRecord()]);
      await assertTtl(harness, aRecord().id);
    },
  },
};
