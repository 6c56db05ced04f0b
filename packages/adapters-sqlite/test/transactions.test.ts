import { randomUUID } from 'node:crypto';
import { aDeadLetter, aNewMessage, anAck, NOW } from '@messaging-system/contract-tests';
import { describe, expect, test } from 'vitest';
import { claimIds, freshStore, insertMany, openStore } from './support/fresh-store.ts';

describe('writes of one turn', () => {
  test('share a transaction, and one that fails takes none of the others with it', async () => {
    const { store, plain } = await freshStore();
    const asked = [0, 1, 2, 3, 4].map((index) =>
      store.messages.insert([aNewMessage({ createdAt: index === 2 ? NOW + 0.5 : NOW, content: `${index}` })]),
    );
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    const rows = plain.prepare('SELECT content FROM messages ORDER BY seq').all();
    expect(rows.map(({ content }) => content)).toEqual(['0', '1', '3', '4']);
  });

  test('are done in the order in which they were asked for', async () => {
    const { store } = await freshStore();
    const [message] = await insertMany(store, 1);
    const id = message?.id ?? '';
    const [claimed, cancelled, settled] = await Promise.all([
      claimIds(store, 'token-1'),
      store.messages.cancel([id], NOW),
      store.messages.settle('token-1', [anAck(id)]),
    ]);
    expect(claimed).toEqual([id]);
    expect(cancelled).toMatchObject([{ kind: 'in_flight' }]);
    expect(settled.held).toEqual([id]);
  });
});

describe('more than one transaction takes', () => {
  const COUNT = 1_250;

  test('is claimed in order and settled whole', async () => {
    const store = await openStore(':memory:');
    const ids = (await insertMany(store, COUNT)).map(({ id }) => id);
    expect(await claimIds(store, 'token-1', COUNT + 1)).toEqual(ids);
    const settled = await store.messages.settle(
      'token-1',
      ids.map((id) => anAck(id)),
    );
    expect(settled).toEqual({ held: ids, stale: [] });
    expect(await store.messages.prune(NOW + 1000, COUNT + 1)).toBe(COUNT);
  });

  test('is redriven, and erased, up to the limit', async () => {
    const store = await openStore(':memory:');
    await insertMany(store, COUNT);
    const ids = await claimIds(store, 'token-1', COUNT);
    await store.messages.settle(
      'token-1',
      ids.map((id) => aDeadLetter(id, { settledAt: NOW - 1 })),
    );
    const filter = { status: 'failed' } as const;
    expect(await store.messages.redriveMatching(filter, NOW, 1_000)).toBe(1_000);
    expect(await store.messages.redriveMatching(filter, NOW, 1_000)).toBe(COUNT - 1_000);
    expect(await store.messages.redriveMatching(filter, NOW, 1_000)).toBe(0);
    const [leased] = await claimIds(store, 'token-2', 1);
    const first = await store.messages.erase('+905551111111', 1_000);
    const second = await store.messages.erase('+905551111111', 1_000);
    expect([first.erasedIds.length, second.erasedIds.length]).toEqual([1_000, COUNT - 1_001]);
    expect(second.inFlightIds).toEqual([leased]);
  });

  test('tells of what was claimed before a fault', async () => {
    const { store } = await freshStore({ lockWaitMs: 0 });
    await insertMany(store, COUNT);
    const claiming = claimIds(store, randomUUID(), COUNT);
    // The first batch is on its way; those after it find the store closed.
    const closing = store.close();
    expect(await claiming).toHaveLength(500);
    await closing;
  });
});

describe('what other programs settled without our instant', () => {
  test('counts as settled before any redrive', async () => {
    const { store, plain } = await freshStore();
    await insertMany(store, 3);
    plain.exec(`UPDATE messages SET status = 'failed'`);
    const ofPhone = { status: 'failed', phoneNumber: '+905551111111' } as const;
    expect(await store.messages.redriveMatching(ofPhone, NOW, 1)).toBe(1);
    expect(await store.messages.redriveMatching({ status: 'failed' }, NOW, 1)).toBe(1);
    expect(await store.messages.redriveMatching({ status: 'failed' }, NOW, 10)).toBe(1);
  });
});
