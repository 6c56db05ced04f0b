import { anAck, NOW } from '@messaging-system/contract-tests';
import type { ListQuery, Message } from '@messaging-system/core';
import { describe, expect, test } from 'vitest';
import type { SqliteStore } from '../src/index.ts';
import { claimIds, insertMany, openStore } from './support/fresh-store.ts';

const PHONE = '+905552222222';

async function allPages(store: SqliteStore, query: ListQuery): Promise<readonly Message[]> {
  const items: Message[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.messages.list({ ...query, ...(cursor === undefined ? {} : { cursor }) });
    if (page.kind !== 'page') throw new Error(page.kind);
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

/** Messages of one phone number, the older half of them sent, all of them older than those of another. */
async function storeOf(
  theirs: number,
  others: number,
): Promise<{ store: SqliteStore; ids: readonly string[] }> {
  const store = await openStore(':memory:');
  const ids = (await insertMany(store, theirs, { phoneNumber: PHONE, createdAt: NOW - 60_000 })).map(
    ({ id }) => id,
  );
  const claimed = await claimIds(store, 'token-1', theirs / 2);
  await store.messages.settle(
    'token-1',
    claimed.map((id) => anAck(id)),
  );
  await insertMany(store, others);
  return { store, ids };
}

describe('the list of a phone number in a status', () => {
  test('is whole and in order where the number has more messages than a step looks at', async () => {
    const { store, ids } = await storeOf(4_400, 10);
    const unsent = await allPages(store, { phoneNumber: PHONE, status: 'unsent', limit: 1_000 });
    expect(unsent.map(({ id }) => id)).toEqual(ids.slice(2_200).toReversed());
    const sent = await allPages(store, { phoneNumber: PHONE, status: 'sent', limit: 700 });
    expect(sent.map(({ id }) => id)).toEqual(ids.slice(0, 2_200).toReversed());
  });

  test('is whole where the status has more messages than a step looks at', async () => {
    const { store, ids } = await storeOf(20, 3_500);
    const query = { phoneNumber: PHONE, status: 'unsent', limit: 3 } as const;
    expect((await allPages(store, query)).map(({ id }) => id)).toEqual(ids.slice(10).toReversed());
  });

  test('is empty where nothing matches', async () => {
    const { store } = await storeOf(3_000, 1_500);
    const page = await store.messages.list({ phoneNumber: PHONE, status: 'failed', limit: 10 });
    expect(page).toEqual({ kind: 'page', items: [], nextCursor: null });
  });
});
