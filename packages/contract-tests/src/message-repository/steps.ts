import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Message } from '@messaging-system/core';
import type {
  ClaimedMessage,
  ClaimRequest,
  LeaseResult,
  MessageRepository,
  NewMessage,
  Settlement,
  StoredMessage,
} from '@messaging-system/core/adapter';
import { aDeadLetter, aHold, aNewMessage, anAck, NOW } from '../builders.ts';
import type {
  MessageRepositoryHarness,
  MessageRepositoryProbe,
} from '../harness/message-repository-harness.ts';

/** Stores messages and returns them as the store gave them back, in order. */
export async function insertAll(
  repository: MessageRepository,
  messages: readonly Partial<NewMessage>[],
): Promise<readonly Message[]> {
  const result = await repository.insert(messages.map((message) => aNewMessage(message)));
  assert.equal(result.kind, 'inserted');
  assert.ok(
    result.items.every((item) => item.kind === 'stored'),
    'every message is stored',
  );
  return result.items.map((item) => item.message);
}

export async function insertOne(
  repository: MessageRepository,
  message: Partial<NewMessage> = {},
): Promise<Message> {
  return only(await insertAll(repository, [message]));
}

/** `count` messages of equal rank. */
export function insertMany(
  repository: MessageRepository,
  count: number,
  message: Partial<NewMessage> = {},
): Promise<readonly Message[]> {
  return insertAll(
    repository,
    Array.from({ length: count }, () => message),
  );
}

export interface Claim {
  readonly token: string;
  readonly leasedUntil: number;
  readonly claimed: readonly ClaimedMessage[];
  readonly ids: readonly string[];
}

/** Claims with a fresh token: at `NOW`, for a minute, without a journal and up to 100, unless told. */
export async function claim(
  repository: MessageRepository,
  overrides: Partial<ClaimRequest> = {},
): Promise<Claim> {
  const request = aClaimRequest(overrides);
  const claimed = await repository.claimDue(request);
  return {
    token: request.leaseToken,
    leasedUntil: request.leasedUntil,
    claimed,
    ids: claimed.map(({ message }) => message.id),
  };
}

export function aClaimRequest(overrides: Partial<ClaimRequest> = {}): ClaimRequest {
  const now = overrides.now ?? NOW;
  return {
    now,
    leasedUntil: now + 60_000,
    leaseToken: randomUUID(),
    journals: false,
    limit: 100,
    ...overrides,
  };
}

export interface OneLeased {
  readonly token: string;
  readonly leasedUntil: number;
  readonly id: string;
  readonly claimed: ClaimedMessage;
}

/** Claims and expects exactly one message. */
export async function claimOne(
  repository: MessageRepository,
  overrides: Partial<ClaimRequest> = {},
): Promise<OneLeased> {
  const { token, leasedUntil, claimed } = await claim(repository, overrides);
  const one = only(claimed);
  return { token, leasedUntil, id: one.message.id, claimed: one };
}

/** Stores a message and leases it. */
export async function leaseNew(
  repository: MessageRepository,
  message: Partial<NewMessage> = {},
  overrides: Partial<ClaimRequest> = {},
): Promise<OneLeased> {
  await insertOne(repository, message);
  return claimOne(repository, overrides);
}

/** Stores a message, leases it and settles it; returns its id and the token that settled it. */
export async function settleNew(
  repository: MessageRepository,
  settlement: (id: string) => Settlement,
  message: Partial<NewMessage> = {},
): Promise<{ readonly id: string; readonly token: string }> {
  const { id, token } = await leaseNew(repository, message);
  assertHeld(await repository.settle(token, [settlement(id)]), [id]);
  return { id, token };
}

/** Stores as many messages and settles each alike; returns their ids. */
export async function settleMany(
  repository: MessageRepository,
  count: number,
  settlement: (id: string) => Settlement,
): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push((await settleNew(repository, settlement)).id);
  return ids;
}

/** Stores a message and cancels it; returns its id. */
export async function cancelNew(
  repository: MessageRepository,
  message: Partial<NewMessage> = {},
  at: number = NOW,
): Promise<string> {
  const { id } = await insertOne(repository, message);
  await repository.cancel([id], at);
  return id;
}

/** Stores a message for each way to end: sent, failed, unknown, cancelled; returns their ids in that order. */
export async function endOneOfEach(
  repository: MessageRepository,
  message: Partial<NewMessage> = {},
): Promise<string[]> {
  const ids: string[] = [];
  for (const settlement of [anAck, aDeadLetter, aHold])
    ids.push((await settleNew(repository, (id) => settlement(id), message)).id);
  return [...ids, await cancelNew(repository, message)];
}

/** Calls until there is nothing left to do; returns how much each call did. An end that never comes is to fail, not to hang. */
export async function untilNone(call: () => Promise<number>): Promise<readonly number[]> {
  const counts: number[] = [];
  while (counts.at(-1) !== 0 && counts.length < 100) counts.push(await call());
  return counts;
}

/** The store's record, read past the repository. */
export async function readStored(probe: MessageRepositoryProbe, id: string): Promise<StoredMessage> {
  const stored = await probe.read(id);
  assert.ok(stored !== null, `the store keeps ${id}`);
  return stored;
}

export async function findMessage(repository: MessageRepository, id: string): Promise<Message> {
  const message = await repository.findById(id);
  assert.ok(message !== null, `${id} is found`);
  return message;
}

/** Runs `act` and expects what the store keeps of these messages to be as it was. */
export async function assertUnchanged(
  probe: MessageRepositoryProbe,
  ids: readonly string[],
  act: () => Promise<void>,
): Promise<void> {
  const read = (): Promise<readonly (StoredMessage | null)[]> => Promise.all(ids.map((id) => probe.read(id)));
  const before = await read();
  await act();
  assert.deepEqual(await read(), before);
}

export function assertHeld(result: LeaseResult, ids: readonly string[]): void {
  assertSameMembers(result.held, ids, 'held');
  assertSameMembers(result.stale, [], 'stale');
}

export function assertStale(result: LeaseResult, ids: readonly string[]): void {
  assertSameMembers(result.held, [], 'held');
  assertSameMembers(result.stale, ids, 'stale');
}

/** The same texts, each as often, in any order. */
export function assertSameMembers(
  actual: readonly string[],
  expected: readonly string[],
  what: string = 'ids',
): void {
  assert.deepEqual([...actual].sort(), [...expected].sort(), what);
}

export function only<Item>(items: readonly Item[]): Item {
  const [first] = items;
  assert.ok(first !== undefined && items.length === 1, `expected exactly one, got ${items.length}`);
  return first;
}

export const RACERS = 20;
const INSTANCES = 4;

/**
 * Starts twenty callers at once, spread over four instances of the store, and waits for all. The callers are numbered
 * from 0.
 */
export async function race<Result>(
  harness: MessageRepositoryHarness,
  caller: (repository: MessageRepository, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const others = await Promise.all(Array.from({ length: INSTANCES - 1 }, () => harness.openAnother()));
  const instances = [harness.repository, ...others];
  return Promise.all(
    Array.from({ length: RACERS }, (_, index) =>
      caller(instances[index % INSTANCES] ?? harness.repository, index),
    ),
  );
}

/**
 * A race in which half of the callers do one thing and half another, in each pair of callers to the same two of the ids; returns the ids
 * that each half has got.
 */
export async function duel(
  harness: MessageRepositoryHarness,
  ids: readonly string[],
  one: (repository: MessageRepository, pair: readonly string[]) => Promise<readonly string[]>,
  other: (repository: MessageRepository, pair: readonly string[]) => Promise<readonly string[]>,
): Promise<readonly [ones: readonly string[], others: readonly string[]]> {
  const got: readonly [string[], string[]] = [[], []];
  await race(harness, async (repository, index) => {
    const half = index % 2;
    const pair = ids.slice(index - half, index - half + 2);
    if (half === 0) got[0].push(...(await one(repository, pair)));
    else got[1].push(...(await other(repository, pair)));
  });
  return got;
}
