import assert from 'node:assert/strict';
import { NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { SentCacheHarness } from '../harness/sent-cache-harness.ts';
import { aRecord, assertRecalls, idsOf, records } from './records.ts';

async function assertTtl(harness: SentCacheHarness, id: string): Promise<void> {
  const left = (await harness.probeTtlMs(id)) ?? 0;
  // Some of it is gone by now.
  const least = harness.ttlMs / 4;
  assert.ok(left > least && left <= harness.ttlMs, `${left} ms left of ${harness.ttlMs}`);
}

/** remember, recall and forget. */
export const rememberContract: Contract<SentCacheHarness> = {
  'recalls what was remembered, to the millisecond': async ({ cache }) => {
    const record = aRecord({ sentAt: NOW + 789 });
    await cache.remember([record]);
    await assertRecalls(cache, [record.id], [record]);
  },

  'recalls a delivery that the receiver gave no id': async ({ cache }) => {
    const record = aRecord({ webhookMessageId: null });
    await cache.remember([record]);
    await assertRecalls(cache, [record.id], [record]);
  },

  "keeps the receiver's id as it is": async ({ cache }) => {
    const odd = [' ', 'a:b{c}', '"quoted" \\ text', 'ödeme-✓', 'null', '0'];
    const remembered = records(odd.length).map((record, index) => ({
      ...record,
      webhookMessageId: odd[index] ?? '',
    }));
    await cache.remember(remembered);
    await assertRecalls(cache, idsOf(remembered), remembered);
  },

  'leaves out what it does not know': async ({ cache }) => {
    const [known = aRecord(), ...others] = records(3);
    await cache.remember([known]);
    await assertRecalls(cache, [...idsOf(others), known.id], [known]);
    await assertRecalls(cache, idsOf(others), []);
  },

  'remembers a batch and recalls any part of it': async ({ cache }) => {
    const batch = records(1000);
    await cache.remember(batch);
    await assertRecalls(cache, idsOf(batch), batch);
    await assertRecalls(cache, idsOf(batch.slice(990)).toReversed(), batch.slice(990));
  },

  'replaces a record by a second one for the same id': async ({ cache }) => {
    await cache.remember([aRecord(), ...records(2)]);
    const second = aRecord({ webhookMessageId: 'receiver-id-2', sentAt: NOW + 9_000 });
    await cache.remember([second]);
    await assertRecalls(cache, [second.id], [second]);
    await assertRecalls(cache, idsOf(records(2)), records(2));
  },

  'forgets the given ids, and only those': async ({ cache }) => {
    const [one, two, three] = records(3);
    assert.ok(one && two && three);
    await cache.remember([one, two, three]);
    await cache.forget([one.id, 'unknown', three.id]);
    await assertRecalls(cache, idsOf([one, two, three]), [two]);
  },

  'remembers again what it forgot': async ({ cache }) => {
    await cache.remember([aRecord()]);
    await cache.forget([aRecord().id]);
    const again = aRecord({ webhookMessageId: 'receiver-id-2' });
    await cache.remember([again]);
    await assertRecalls(cache, [again.id], [again]);
  },

  'takes ids for what they are and not for patterns': async ({ cache }) => {
    const ids = ['*', 'a*', 'a:b', "a'; --", 'A', 'a'];
    const remembered = ids.map((id) => aRecord({ id, webhookMessageId: `of ${id}` }));
    await cache.remember(remembered);
    await assertRecalls(cache, ids, remembered);
    await cache.forget(['*', 'a*']);
    await assertRecalls(cache, ids, remembered.slice(2));
  },

  'does nothing for an empty call': async ({ cache }) => {
    await cache.remember([aRecord()]);
    await cache.remember([]);
    await cache.forget([]);
    assert.deepEqual(await cache.recall([]), []);
    await assertRecalls(cache, [aRecord().id], [aRecord()]);
  },

  'leaves out an unreadable record and recalls the others': async (harness) => {
    const [broken, ...others] = records(4);
    assert.ok(broken);
    await harness.cache.remember([broken, ...others]);
    await harness.corrupt(broken.id);
    await assertRecalls(harness.cache, idsOf([broken, ...others]), others);
  },

  'replaces an unreadable record': async (harness) => {
    await harness.corrupt(aRecord().id);
    await harness.cache.remember([aRecord()]);
    await assertRecalls(harness.cache, [aRecord().id], [aRecord()]);
  },

  'stores every record of a batch with the time to live': async (harness) => {
    const batch = records(20);
    await harness.cache.remember(batch);
    for (const { id } of batch) await assertTtl(harness, id);
  },

  'gives a record that replaces another a time to live too': async (harness) => {
    await harness.cache.remember([aRecord()]);
    await harness.cache.remember([aRecord({ webhookMessageId: 'receiver-id-2' })]);
    await assertTtl(harness, aRecord().id);
  },

  'does not recall what has expired': async (harness) => {
    await harness.cache.remember(records(3));
    await harness.expire();
    await assertRecalls(harness.cache, idsOf(records(3)), []);
  },

  'lets each record expire by its own time': async (harness) => {
    const [early, late] = records(2);
    assert.ok(early && late);
    await harness.cache.remember([early]);
    await harness.expire();
    await harness.cache.remember([late]);
    await assertRecalls(harness.cache, [early.id, late.id], [late]);
  },

  'does not lengthen the life of a record by recalling it': async (harness) => {
    await harness.cache.remember([aRecord()]);
    const before = (await harness.probeTtlMs(aRecord().id)) ?? 0;
    await assertRecalls(harness.cache, [aRecord().id], [aRecord()]);
    const after = (await harness.probeTtlMs(aRecord().id)) ?? 0;
    assert.ok(after > 0 && after <= before, `${after} ms are no more than ${before}`);
  },

  'remembers again what has expired': async (harness) => {
    await harness.cache.remember([aRecord()]);
    await harness.expire();
    await harness.cache.remember([aRecord()]);
    await assertRecalls(harness.cache, [aRecord().id], [aRecord()]);
    await assertTtl(harness, aRecord().id);
  },
};
