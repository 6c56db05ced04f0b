import { describe, expect, test } from 'vitest';
import { EXACT_COUNT_LIMIT } from '../src/adapter.ts';
import { InMemoryMessageRepository, SeededRandom } from '../src/in-memory/index.ts';
import {
  aClaim,
  aForeignDocument,
  aNewMessage,
  aStored,
  MINUTE,
  type StoredView,
  T0,
} from './support/builders.ts';

const aRepository = (): InMemoryMessageRepository => new InMemoryMessageRepository(new SeededRandom());
const idOf = (n: number): string => n.toString(16).padStart(24, '0');

function filled(messages: readonly Partial<StoredView>[]): InMemoryMessageRepository {
  const repository = aRepository();
  messages.forEach((overrides, index) => {
    repository.put(aStored({ id: idOf(index + 1), ...overrides }));
  });
  return repository;
}

async function claimedIds(
  repository: InMemoryMessageRepository,
  limit: number,
  now = T0,
): Promise<readonly string[]> {
  const claimed = await repository.claimDue(aClaim({ limit, now, leasedUntil: now + MINUTE }));
  return claimed.map((one) => one.message.id);
}

describe('InMemoryMessageRepository', () => {
  test('claims in due order, by id where that is the same', async () => {
    const repository = filled([
      { availableAt: T0 },
      { availableAt: T0 - 5 },
      { availableAt: T0 - 5 },
      { availableAt: T0 + 1 },
    ]);
    expect(await claimedIds(repository, 10)).toEqual([idOf(2), idOf(3), idOf(1)]);
  });

  test.for<[number, number, number, number, number]>([
    // limit, ours, theirs → ours, theirs
    [2, 5, 5, 1, 1],
    [3, 5, 5, 2, 1],
    [4, 1, 5, 1, 3],
    [4, 5, 1, 3, 1],
    [4, 0, 9, 0, 4],
    [1, 3, 3, 1, 0],
    [1, 0, 3, 0, 1],
  ])(
    'shares a claim of %i between %i of ours and %i of another service: %i and %i',
    async ([limit, ours, theirs, own, foreign]) => {
      const repository = filled([
        ...Array.from({ length: ours }, () => ({})),
        ...Array.from({ length: theirs }, () => ({ createdAt: null, dueAt: null, availableAt: null })),
      ]);
      const claimed = await repository.claimDue(aClaim({ limit }));
      expect(claimed.filter((one) => !one.foreign)).toHaveLength(own);
      expect(claimed.filter((one) => one.foreign)).toHaveLength(foreign);
    },
  );

  test('gives each message to one of twenty callers', async () => {
    const repository = filled(Array.from({ length: 30 }, () => ({})));
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, n) => repository.claimDue(aClaim({ limit: 3, leaseToken: `${n}` }))),
    );
    const ids = claims.flat().map((one) => one.message.id);
    expect(ids).toHaveLength(30);
    expect(new Set(ids).size).toBe(30);
  });

  test('says of a claimed message whether it was interrupted and is in doubt', async () => {
    const repository = filled([{}]);
    expect(await repository.claimDue(aClaim())).toMatchObject([
      { interrupted: false, inDoubt: false, foreign: false },
    ]);
    expect(await repository.claimDue(aClaim({ now: T0 + MINUTE, leaseToken: 'next' }))).toMatchObject([
      { interrupted: true, inDoubt: true },
    ]);
  });

  test('knows a repeated settle for what it is, and any other as stale', async () => {
    const repository = filled([{}]);
    const id = idOf(1);
    await repository.claimDue(aClaim());
    const ack = { kind: 'ack', id, sentAt: T0, settledAt: T0, webhookMessageId: 'w', attempt: null } as const;
    expect(await repository.settle('theirs', [ack])).toEqual({ held: [], stale: [id] });
    expect(await repository.settle('ours', [ack])).toEqual({ held: [id], stale: [] });
    const stored = repository.read(id);
    expect(await repository.settle('ours', [ack])).toEqual({ held: [id], stale: [] });
    expect(repository.read(id)).toEqual(stored);
    expect(await repository.settle('theirs', [ack])).toEqual({ held: [], stale: [id] });
    expect(await repository.settle('ours', [{ ...ack, id: 'nobody' }])).toEqual({
      held: [],
      stale: ['nobody'],
    });
  });

  test('begins, extends and releases only for the token that holds', async () => {
    const repository = filled([{}]);
    const id = idOf(1);
    await repository.claimDue(aClaim());
    for (const operation of [
      (token: string) => repository.beginAttempt(token, [id, 'nobody'], T0),
      (token: string) => repository.extendLease(token, [id, 'nobody'], T0 + 2 * MINUTE),
      (token: string) => repository.release(token, [id, 'nobody']),
    ]) {
      const before = repository.read(id);
      expect(await operation('theirs')).toEqual({ held: [], stale: [id, 'nobody'] });
      expect(repository.read(id)).toEqual(before);
      expect(await operation('ours')).toEqual({ held: [id], stale: ['nobody'] });
    }
    expect(repository.read(id)).toMatchObject({ message: { attempts: 0, availableAt: T0 }, lease: null });
  });

  test('stores nothing of a call in which one key is held by another request', async () => {
    const repository = aRepository();
    await repository.insert([aNewMessage({ idempotencyKey: 'k' })]);
    const result = await repository.insert([
      aNewMessage(),
      aNewMessage({ idempotencyKey: 'k', content: 'other' }),
    ]);
    expect(result).toMatchObject({
      kind: 'conflict',
      conflicts: [{ index: 1, message: { content: 'hello' } }],
    });
    expect((await repository.counts()).unsent.count).toBe(1);
  });

  test('pages newest first; what was there throughout is seen once while others come and go', async () => {
    const repository = filled(Array.from({ length: 6 }, () => ({})));
    const first = await repository.list({ limit: 2 });
    if (first.kind !== 'page') throw new Error(first.kind);
    expect(first.items.map((message) => message.id)).toEqual([idOf(6), idOf(5)]);
    repository.put(aStored({ id: idOf(99) }));
    await repository.erase('nobody', 10);
    const second = await repository.list({ limit: 2, cursor: first.nextCursor ?? '' });
    if (second.kind !== 'page') throw new Error(second.kind);
    expect(second.items.map((message) => message.id)).toEqual([idOf(4), idOf(3)]);
    expect(await repository.list({ limit: 2, cursor: second.nextCursor ?? '' })).toMatchObject({
      nextCursor: null,
    });
  });

  test('lists by status and number, and knows a cursor that is not its own', async () => {
    const repository = filled([{ status: 'sent' }, { phoneNumber: '+905552222222' }, {}]);
    expect(await repository.list({ limit: 9, status: 'sent' })).toMatchObject({ items: [{ id: idOf(1) }] });
    expect(await repository.list({ limit: 9, phoneNumber: '+905552222222' })).toMatchObject({
      items: [{ id: idOf(2) }],
    });
    expect(await repository.list({ limit: 9, cursor: 'page-2' })).toEqual({ kind: 'invalid_cursor' });
  });

  test('counts every status exactly, also beyond what a store must', async () => {
    expect(EXACT_COUNT_LIMIT).toBe(100_000);
    const repository = filled([{ status: 'sent' }, {}, {}]);
    expect(await repository.counts()).toEqual({
      unsent: { count: 2, exact: true },
      sent: { count: 1, exact: true },
      failed: { count: 0, exact: true },
      unknown: { count: 0, exact: true },
      cancelled: { count: 0, exact: true },
    });
  });

  test('tells the earliest due time of what nobody holds, over a backlog of any size', async () => {
    const repository = aRepository();
    expect(await repository.nextDueAt()).toBeNull();
    for (let n = 0; n < 150_000; n += 1) repository.put(aStored({ id: idOf(n), availableAt: T0 + n }));
    expect(await repository.nextDueAt()).toBe(T0);
    await repository.claimDue(aClaim({ limit: 1 }));
    expect(await repository.nextDueAt()).toBe(T0 + 1);
    repository.put(aForeignDocument('f'.repeat(24)));
    expect(await repository.nextDueAt()).toBe(0);
  });

  test('calls its watchers after an insert and a redrive, until they end it', async () => {
    const repository = filled([{ status: 'failed', settledAt: T0 - 1 }]);
    let calls = 0;
    const unwatch = repository.watch(() => {
      calls += 1;
    });
    await repository.insert([aNewMessage()]);
    await repository.redrive([idOf(1)], T0);
    expect(calls).toBe(2);
    await unwatch();
    await repository.insert([aNewMessage()]);
    expect(calls).toBe(2);
  });

  test('redrives up to the limit of what matches and was settled before', async () => {
    const repository = filled([
      { status: 'failed', settledAt: T0 - 1 },
      { status: 'failed', settledAt: T0 - 1 },
      { status: 'failed', settledAt: T0 },
      { status: 'unknown', settledAt: null },
    ]);
    expect(await repository.redriveMatching({ status: 'failed' }, T0, 1)).toBe(1);
    expect(await repository.redriveMatching({ status: 'failed' }, T0, 9)).toBe(1);
    expect(await repository.redriveMatching({ status: 'failed' }, T0, 9)).toBe(0);
    expect(await repository.redriveMatching({ status: 'unknown' }, T0, 9)).toBe(1);
  });

  test('erases up to the limit, frees the keys and leaves what is under a lease', async () => {
    const repository = filled([
      { idempotencyKey: 'k' },
      { status: 'sent' },
      { lease: { token: 'somebody', journals: false, begunAt: null }, availableAt: T0 + MINUTE },
    ]);
    const number = '+905551111111';
    expect(await repository.erase(number, 1)).toEqual({ erasedIds: [idOf(1)], inFlightIds: [idOf(3)] });
    expect(await repository.erase(number, 9)).toEqual({ erasedIds: [idOf(2)], inFlightIds: [idOf(3)] });
    expect(await repository.insert([aNewMessage({ idempotencyKey: 'k' })])).toMatchObject({
      items: [{ kind: 'stored' }],
    });
  });
});
