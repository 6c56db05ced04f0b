import assert from 'node:assert/strict';
import type { MessageRepository } from '@messaging-system/core/adapter';
import { aNack, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { claim, insertAll, insertMany } from './steps.ts';

const LATER = NOW + 86_400_000;

/** Claims until nothing is due and expects no message to be taken over the heads of more than the claim window. */
async function assertServedInOrder(
  repository: MessageRepository,
  dueTimes: ReadonlyMap<string, number>,
): Promise<void> {
  const waiting = new Map(dueTimes);
  const limit = Math.max(3, Math.ceil(dueTimes.size / MOST_CLAIMS));
  for (;;) {
    const { ids } = await claim(repository, { now: LATER, limit });
    if (ids.length === 0) break;
    for (const id of ids) assert.ok(waiting.delete(id), `${id} is due and was not handed out before`);
    for (const id of ids) {
      const dueAt = dueTimes.get(id) ?? 0;
      const stayedBehind = [...waiting.values()].filter((time) => time < dueAt).length;
      const window = repository.claimWindow;
      assert.ok(
        stayedBehind <= window,
        `${stayedBehind} stayed behind that were due earlier, window ${window}`,
      );
    }
  }
  assert.deepEqual([...waiting.keys()], [], 'every message is handed out');
}

// A large window needs many messages to show, but not as many claims.
const MOST_CLAIMS = 12;

// More than twice the window, so that a claim at the wrong end shows.
function enough(repository: MessageRepository): number {
  return repository.claimWindow * 2 + 12;
}

// Larger than any count here and prime: its multiples visit every rank once, in no order.
const STRIDE = 7919;

export const claimOrderContract: Contract<MessageRepositoryHarness> = {
  'declares a claim window of whole messages': {
    async run({ repository }) {
      assert.ok(Number.isSafeInteger(repository.claimWindow) && repository.claimWindow >= 0);
    },
  },

  'serves messages in due order within its claim window, however they came': {
    async run({ repository }) {
      const count = enough(repository);
      const messages = await insertAll(
        repository,
        Array.from({ length: count }, (_, index) => ({ sendAt: NOW + ((index * STRIDE) % count) })),
      );
      const dueTimes = new Map(messages.map(({ id, sendAt }) => [id, sendAt ?? 0]));
      assert.equal(dueTimes.size, count);
      await assertServedInOrder(repository, dueTimes);
    },
  },

  'serves retried and interrupted messages at their own due time': {
    async run({ repository }) {
      const dueTimes = new Map<string, number>();
      const each = Math.ceil(enough(repository) / 3);

      await insertMany(repository, each);
      const retried = await claim(repository, { limit: each });
      const nacks = retried.ids.map((id, index) => aNack(id, { availableAt: NOW + 1_000 + 3 * index }));
      for (const { id, availableAt } of nacks) dueTimes.set(id, availableAt);
      await repository.settle(retried.token, nacks);

      await insertMany(repository, each);
      for (let rank = 0; rank < each; rank += 1) {
        const { ids, leasedUntil } = await claim(repository, {
          limit: 1,
          leasedUntil: NOW + 1_001 + 3 * rank,
        });
        for (const id of ids) dueTimes.set(id, leasedUntil);
      }

      const ranks = Array.from({ length: each }, (_, rank) => rank).reverse();
      for (const { id, sendAt } of await insertAll(
        repository,
        ranks.map((rank) => ({ sendAt: NOW + 1_002 + 3 * rank })),
      )) {
        dueTimes.set(id, sendAt ?? 0);
      }
      assert.equal(dueTimes.size, each * 3);
      await assertServedInOrder(repository, dueTimes);
    },
  },

  'serves a released message at its old place': {
    async run({ repository }) {
      const count = enough(repository);
      const messages = await insertAll(
        repository,
        Array.from({ length: count }, (_, rank) => ({ sendAt: NOW + rank })),
      );
      const half = Math.floor(count / 2);
      const { token, ids } = await claim(repository, { now: NOW + half - 1, limit: count });
      assert.equal(ids.length, half);
      await repository.release(token, ids.toReversed());
      await assertServedInOrder(repository, new Map(messages.map(({ id, sendAt }) => [id, sendAt ?? 0])));
    },
  },
};
