import assert from 'node:assert/strict';
import type { SentCache } from '@messaging-system/core/adapter';
import { NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { SentCacheHarness } from '../harness/sent-cache-harness.ts';
import { within } from '../poll.ts';
import { aRecord, assertRecalls, idsOf, records } from './records.ts';

const RACERS = 20;
const DEADLINE_MS = 4_000;

/** Twenty callers at once, over two instances where the cache can be opened twice. */
async function race(
  harness: SentCacheHarness,
  caller: (cache: SentCache, index: number) => Promise<void>,
): Promise<void> {
  const other = (await harness.openAnother?.()) ?? harness.cache;
  await Promise.all(
    Array.from({ length: RACERS }, (_, index) => caller(index % 2 === 0 ? harness.cache : other, index)),
  );
}

const OPERATIONS: Readonly<Record<string, (cache: SentCache) => Promise<unknown>>> = {
  remember: (cache) => cache.remember([aRecord()]),
  recall: (cache) => cache.recall([aRecord().id]),
  forget: (cache) => cache.forget([aRecord().id]),
};

/** Many callers, many instances, and a store that is away. */
export const sharingContract: Contract<SentCacheHarness> = {
  'remembers and recalls for twenty racing callers': {
    async run(harness) {
      const all = records(RACERS * 5);
      await race(harness, async (cache, index) => {
        const own = all.slice(index * 5, index * 5 + 5);
        await cache.remember(own);
        await assertRecalls(cache, idsOf(own), own);
      });
      await assertRecalls(harness.cache, idsOf(all), all);
    },
  },

  'keeps one whole record of twenty that race for an id': {
    async run(harness) {
      const racing = Array.from({ length: RACERS }, (_, index) =>
        aRecord({ webhookMessageId: `receiver-id-${index}`, sentAt: NOW + index }),
      );
      await race(harness, (cache, index) => cache.remember(racing.slice(index, index + 1)));
      const [kept] = await harness.cache.recall([aRecord().id]);
      assert.ok(
        racing.some(
          (record) => record.webhookMessageId === kept?.webhookMessageId && record.sentAt === kept.sentAt,
        ),
        'the record is one of those that raced, and no mixture',
      );
    },
  },

  'shows what it remembers to every instance': {
    unless: (harness) => (harness.openAnother === undefined ? 'this cache lives in one instance' : null),
    async run(harness) {
      const another = (await harness.openAnother?.()) ?? harness.cache;
      await assertRecalls(another, [aRecord().id], []);
      await harness.cache.remember([aRecord()]);
      await assertRecalls(another, [aRecord().id], [aRecord()]);
      await another.forget([aRecord().id]);
      await assertRecalls(harness.cache, [aRecord().id], []);
    },
  },

  'throws SentCacheUnavailableError from every operation while the store cannot be reached': {
    unless: (harness) =>
      harness.openUnreachable === undefined ? 'the harness cannot put the store out of reach' : null,
    async run(harness) {
      const cache = await harness.openUnreachable?.();
      assert.ok(cache !== undefined);
      for (const [name, operate] of Object.entries(OPERATIONS)) {
        const code: unknown = await within(
          `${name} fails`,
          operate(cache).then(
            () => 'no fault',
            (fault: unknown) => (fault instanceof Error && 'code' in fault ? fault.code : fault),
          ),
          DEADLINE_MS,
        );
        assert.equal(code, 'sent_cache_unavailable', name);
      }
    },
  },
};
