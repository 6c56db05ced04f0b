import assert from 'node:assert/strict';
import type { MessageRepository, SentCache } from '@messaging-system/core/adapter';
import { InMemoryMessageRepository, SeededRandom } from '@messaging-system/core/in-memory';
import { aDeadLetter, aHold, aNack, anAck, LEASE_END, NOW } from '../builders.ts';
import { type Contract, type ContractCase, needing } from '../define-contract.ts';
import { failsUnreachable } from '../fails-unreachable.ts';
import type { SentCacheHarness } from '../harness/sent-cache-harness.ts';
import { assertHeld, assertStale, claim, insertMany, leaseNew } from '../message-repository/steps.ts';
import { aRecord, assertRecalls, idsOf, records } from './records.ts';

const RACERS = 20;

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

function withRepository(
  run: (harness: SentCacheHarness, repository: MessageRepository) => Promise<void>,
): ContractCase<SentCacheHarness> {
  const why = 'no repository settles in one transaction with this cache';
  return needing(({ repository }) => repository, why, run);
}

/** Many callers, many instances, and a store that is away. */
export const sharingContract: Contract<SentCacheHarness> = {
  'remembers and recalls for twenty racing callers': async (harness) => {
    const all = records(RACERS * 5);
    await race(harness, async (cache, index) => {
      const own = all.slice(index * 5, index * 5 + 5);
      await cache.remember(own);
      await assertRecalls(cache, idsOf(own), own);
    });
    await assertRecalls(harness.cache, idsOf(all), all);
  },

  'keeps one whole record of twenty that race for an id': async (harness) => {
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

  'shows what it remembers to every instance': needing(
    (harness) => harness.openAnother?.bind(harness),
    'this cache lives in one instance',
    async ({ cache }, openAnother) => {
      const another = await openAnother();
      await assertRecalls(another, [aRecord().id], []);
      await cache.remember([aRecord()]);
      await assertRecalls(another, [aRecord().id], [aRecord()]);
      await another.forget([aRecord().id]);
      await assertRecalls(cache, [aRecord().id], []);
    },
  ),

  'throws SentCacheUnavailableError from every operation while the store cannot be reached': failsUnreachable(
    OPERATIONS,
    'sent_cache_unavailable',
  ),

  'is not settled with a repository of another store': async ({ cache }) => {
    assert.notEqual(cache.isSettledWith?.(new InMemoryMessageRepository(new SeededRandom(1))), true);
  },

  'remembers the acks of a repository that it is settled with': withRepository(
    async (harness, repository) => {
      assert.equal(harness.cache.isSettledWith?.(repository), true);
      const { id, token } = await leaseNew(repository);
      const ack = anAck(id);
      assertHeld(await repository.settle(token, [ack]), [id]);
      const { webhookMessageId, sentAt } = ack;
      await assertRecalls(harness.cache, [id], [{ id, webhookMessageId, sentAt }]);
      const left = (await harness.probeTtlMs(id)) ?? 0;
      assert.ok(left > 0 && left <= harness.ttlMs, `${left} ms left of ${harness.ttlMs}`);
    },
  ),

  'remembers nothing but acks of a repository that it is settled with': withRepository(
    async ({ cache }, repository) => {
      await insertMany(repository, 3);
      const { ids, token } = await claim(repository);
      const [one = '', two = '', three = ''] = ids;
      assertHeld(await repository.settle(token, [aNack(one), aDeadLetter(two), aHold(three)]), ids);
      await assertRecalls(cache, ids, []);
    },
  ),

  'remembers no stale ack of a repository that it is settled with': withRepository(
    async ({ cache }, repository) => {
      const { id, token } = await leaseNew(repository, {}, { leasedUntil: LEASE_END });
      await claim(repository, { now: LEASE_END });
      assertStale(await repository.settle(token, [anAck(id)]), [id]);
      await assertRecalls(cache, [id], []);
    },
  ),
};
