import assert from 'node:assert/strict';
import type { ListQuery, Message } from '@messaging-system/core';
import type { MessageRepository } from '@messaging-system/core/adapter';
import { aDeadLetter, aHold, anAck, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { assertSameMembers, findMessage, insertAll, insertMany, insertOne, settleNew } from './steps.ts';

async function page(
  repository: MessageRepository,
  query: ListQuery,
): Promise<{ readonly items: readonly Message[]; readonly nextCursor: string | null }> {
  const result = await repository.list(query);
  assert.equal(result.kind, 'page');
  return result;
}

// Far more than any case needs: a list without an end is to fail, not to hang.
const MOST_PAGES = 50;

/** Follows the cursors to the end; `between` runs after each page but the last. */
async function listAll(
  repository: MessageRepository,
  query: ListQuery,
  between: () => Promise<void> = async () => undefined,
): Promise<readonly Message[]> {
  const seen: Message[] = [];
  let next = await page(repository, query);
  for (let pages = 1; ; pages += 1) {
    assert.ok(next.items.length <= query.limit, 'a page keeps to the limit');
    seen.push(...next.items);
    if (next.nextCursor === null) return seen;
    assert.ok(pages < MOST_PAGES, 'the pages come to an end');
    await between();
    next = await page(repository, { ...query, cursor: next.nextCursor });
  }
}

const ONE = '+905551111111';
const TWO = '+905552222222';

function idsOf(messages: readonly Message[]): readonly string[] {
  return messages.map(({ id }) => id);
}

const MINUTE = 60_000;

/**
 * A reader that looks for new messages since its last run: from the newest page on, without those it has seen, to the first message that was
 * created before `since`. One with no time of creation (another service's) does not end it.
 */
async function readNew(
  repository: MessageRepository,
  seen: Set<string>,
  since: number,
): Promise<readonly string[]> {
  const found: string[] = [];
  let next = await page(repository, { limit: 1 });
  for (let pages = 1; ; pages += 1) {
    for (const { id, createdAt } of next.items) {
      if (createdAt !== null && createdAt < since) return found;
      if (!seen.has(id)) found.push(id);
      seen.add(id);
    }
    if (next.nextCursor === null) return found;
    assert.ok(pages < MOST_PAGES, 'the pages come to an end');
    next = await page(repository, { limit: 1, cursor: next.nextCursor });
  }
}

export const listContract: Contract<MessageRepositoryHarness> = {
  'lists messages newest first, as they are found': async ({ repository }) => {
    const inserted: Message[] = [];
    for (const second of [0, 0, 1, 2]) {
      inserted.push(...(await insertMany(repository, 2, { createdAt: NOW + second * 1000 })));
    }
    const { items, nextCursor } = await page(repository, { limit: 100 });
    assert.deepEqual(items, inserted.toReversed());
    assert.equal(nextCursor, null);
  },

  'orders a list by descending id': async (harness) => {
    await insertMany(harness.repository, 5);
    await insertMany(await harness.openAnother(), 5);
    const ids = idsOf(await listAll(harness.repository, { limit: 4 }));
    assert.equal(ids.length, 10);
    assert.deepEqual(ids, [...ids].sort().reverse());
  },

  'pages through every message once, whatever the page size': async (harness) => {
    const inserted = idsOf(await insertMany(harness.repository, 10)).toReversed();
    const another = await harness.openAnother();
    for (const limit of [1, 3, 5, 10, 1000]) {
      assert.deepEqual(idsOf(await listAll(another, { limit })), inserted, `pages of ${limit}`);
    }
  },

  'sees what was there throughout exactly once while messages come and go': async ({ repository }) => {
    const [stays, goes] = [{ phoneNumber: ONE }, { phoneNumber: TWO }];
    const before = await insertAll(repository, [
      stays,
      stays,
      goes,
      stays,
      goes,
      stays,
      stays,
      goes,
      stays,
      goes,
    ]);
    // The first page ends with a message that goes: its cursor must hold without it.
    const seen = await listAll(repository, { limit: 4 }, async () => {
      await repository.erase(TWO, 100);
      await insertMany(repository, 3, { createdAt: NOW + 60_000 });
    });
    const stayed = idsOf(before.filter(({ phoneNumber }) => phoneNumber === ONE));
    assert.equal(new Set(idsOf(seen)).size, seen.length, 'nothing is seen twice');
    assertSameMembers(
      idsOf(seen).filter((id) => stayed.includes(id)),
      stayed,
    );
  },

  'lists what another instance stored late to a reader that goes back by a margin': async ({
    repository,
    probe,
    openAnother,
  }) => {
    const slow = await openAnother();
    const seen = new Set<string>();
    for (const minute of [10, 6, 3, 1]) await insertOne(repository, { createdAt: NOW - minute * MINUTE });
    await probe.putForeign?.({ phoneNumber: ONE, content: 'of another service' });
    await readNew(repository, seen, 0);
    // The clock of its server is behind, its call took long, or its transaction committed late.
    const late = await insertMany(slow, 2, { createdAt: NOW - 4 * MINUTE });
    const prompt = await insertOne(repository, { createdAt: NOW + 1 });
    const margin = 5 * MINUTE;
    const expected = [prompt.id, ...idsOf(late).toReversed()];
    assert.deepEqual(await readNew(repository, seen, NOW - margin), expected);
    assert.deepEqual(await readNew(repository, seen, NOW - margin), [], 'each is new once');
  },

  'lists by status': async ({ repository }) => {
    const ids = {
      sent: (await settleNew(repository, (id) => anAck(id))).id,
      failed: (await settleNew(repository, (id) => aDeadLetter(id))).id,
      unknown: (await settleNew(repository, (id) => aHold(id))).id,
      cancelled: (await insertOne(repository)).id,
      unsent: '',
    };
    await repository.cancel([ids.cancelled], NOW);
    ids.unsent = (await insertOne(repository)).id;
    for (const status of ['sent', 'failed', 'unknown', 'cancelled', 'unsent'] as const) {
      const listed = await listAll(repository, { limit: 10, status });
      assert.deepEqual(listed, [await findMessage(repository, ids[status])], status);
    }
  },

  'lists by phone number, and by that alone': async ({ repository }) => {
    const like = { phoneNumber: '+90555111111' };
    const any = { phoneNumber: '.*' };
    const inserted = await insertAll(repository, [{ phoneNumber: ONE }, like, { phoneNumber: ONE }, any]);
    const [first, , third, last] = idsOf(inserted);
    assert.deepEqual(idsOf(await listAll(repository, { limit: 1, phoneNumber: ONE })), [third, first]);
    assert.deepEqual(idsOf(await listAll(repository, { limit: 9, phoneNumber: '.*' })), [last]);
    assert.deepEqual(await listAll(repository, { limit: 9, phoneNumber: TWO }), []);
  },

  'lists by status and phone number together, page by page': async ({ repository }) => {
    const sent: string[] = [];
    await insertMany(repository, 2, { phoneNumber: ONE, sendAt: NOW + 3_600_000 });
    for (const phoneNumber of [ONE, TWO, ONE, TWO, ONE]) {
      const { id } = await settleNew(repository, (id) => anAck(id), { phoneNumber });
      if (phoneNumber === ONE) sent.unshift(id);
    }
    await insertMany(repository, 2, { phoneNumber: ONE });
    const query = { limit: 2, status: 'sent', phoneNumber: ONE } as const;
    assert.deepEqual(idsOf(await listAll(repository, query)), sent);
  },

  'calls a cursor that is not its own invalid': async ({ repository }) => {
    await insertMany(repository, 3);
    for (const cursor of ['nonsense', '', '☃', '{"$gt":""}', '-1']) {
      assert.deepEqual(
        await repository.list({ limit: 2, cursor }),
        { kind: 'invalid_cursor' },
        `'${cursor}'`,
      );
    }
  },
};
