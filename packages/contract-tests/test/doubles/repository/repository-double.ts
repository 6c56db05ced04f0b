import type { Message } from '@messaging-system/core';
import type { Lease, MessageRepository, StoredMessage } from '@messaging-system/core/adapter';
import type { InMemoryMessageRepository } from '@messaging-system/core/in-memory';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import { openInMemoryRepository } from '../../in-memory/in-memory-repository-harness.ts';
import type { Double } from '../register-doubles.ts';

/** A double's work in place of the reference; each instance is made anew on the same store. */
export type Broken = (reference: InMemoryMessageRepository) => Partial<MessageRepository>;

/** The reference with one method changed. */
export function wrong(name: string, broken: Broken): Double<MessageRepositoryHarness> {
  return {
    name,
    open: async () =>
      withoutPutMany(await openInMemoryRepository((reference) => withChanges(reference, broken))),
  };
}

/** A right repository in a harness with one thing wrong. */
export function wrongHarness(
  name: string,
  change: (harness: MessageRepositoryHarness) => Partial<MessageRepositoryHarness>,
): Double<MessageRepositoryHarness> {
  return {
    name,
    open: async () => {
      const harness = withoutPutMany(await openInMemoryRepository());
      return { ...harness, ...change(harness) };
    },
  };
}

/** An instance on the reference with one method changed. */
export function withChanges(reference: InMemoryMessageRepository, broken: Broken): MessageRepository {
  return { ...bound(reference), ...broken(reference) };
}

/** The operations of a repository, each to be replaced by itself. */
export function bound(repository: MessageRepository): MessageRepository {
  return {
    insert: (messages) => repository.insert(messages),
    claimDue: (request) => repository.claimDue(request),
    beginAttempt: (token, ids, begunAt) => repository.beginAttempt(token, ids, begunAt),
    settle: (token, settlements) => repository.settle(token, settlements),
    extendLease: (token, ids, leasedUntil) => repository.extendLease(token, ids, leasedUntil),
    release: (token, ids) => repository.release(token, ids),
    findById: (id) => repository.findById(id),
    list: (query) => repository.list(query),
    counts: () => repository.counts(),
    cancel: (ids, at) => repository.cancel(ids, at),
    redrive: (ids, at) => repository.redrive(ids, at),
    redriveMatching: (filter, at, limit) => repository.redriveMatching(filter, at, limit),
    erase: (phoneNumber, limit) => repository.erase(phoneNumber, limit),
    prune: (settledBefore, limit) => repository.prune(settledBefore, limit),
    nextDueAt: () => repository.nextDueAt(),
    ...(repository.stopDelivery && { stopDelivery: repository.stopDelivery.bind(repository) }),
    ...(repository.resumeDelivery && { resumeDelivery: repository.resumeDelivery.bind(repository) }),
    ...(repository.deliveryStop && { deliveryStop: repository.deliveryStop.bind(repository) }),
    ...(repository.watch === undefined ? {} : { watch: repository.watch.bind(repository) }),
  };
}

/** Every record of the store, oldest first. */
export async function allStored(reference: InMemoryMessageRepository): Promise<readonly StoredMessage[]> {
  const listed = await reference.list({ limit: Number.MAX_SAFE_INTEGER });
  const items = listed.kind === 'page' ? listed.items : [];
  return items.flatMap(({ id }) => reference.read(id) ?? []).reverse();
}

/** The changes of a record: fields of its message, of its lease, or others. */
export interface Change extends Partial<Message>, Partial<Omit<StoredMessage, 'message' | 'lease'>> {
  /** Null ends the lease. */
  readonly lease?: Partial<Lease> | null;
}

/** Changes a record as it is stored, where it is there. */
export function change(
  reference: InMemoryMessageRepository,
  id: string,
  to: (message: Message, stored: StoredMessage) => Change,
): void {
  const stored = reference.read(id);
  if (stored !== null) reference.put(changed(stored, to(stored.message, stored)));
}

/** The record with these changes. A broken store may hold what the type rules out. */
export function changed(stored: StoredMessage, changes: Change): StoredMessage {
  const { lease = {}, inDoubt = stored.inDoubt, settledBy = stored.settledBy, ...fields } = changes;
  const held = lease === null ? null : stored.lease && { ...stored.lease, ...lease };
  return { message: { ...stored.message, ...fields }, lease: held, inDoubt, settledBy } as StoredMessage;
}

/** Every message of the store, oldest first. */
export async function allMessages(reference: InMemoryMessageRepository): Promise<readonly Message[]> {
  return (await allStored(reference)).map(({ message }) => message);
}

// A hundred thousand messages for each double would take minutes, and only a count can be wrong about them.
function withoutPutMany(harness: MessageRepositoryHarness): MessageRepositoryHarness {
  const { putMany, ...probe } = harness.probe;
  return { ...harness, probe };
}
