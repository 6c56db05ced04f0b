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
import { aNewMessage, NOW } from '../builders.ts';
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

/** What the store keeps, read past the repository. */
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
