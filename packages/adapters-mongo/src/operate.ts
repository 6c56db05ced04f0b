import {
  type CancelResult,
  type Message,
  type RedriveFilter,
  type RedriveResult,
  StoreUnavailableError,
} from '@messaging-system/core';
import type { EraseResult } from '@messaging-system/core/adapter';
import type { Filter, UpdateFilter } from 'mongodb';
import { findIds, type MessageStore } from './collection.ts';
import {
  type DocumentId,
  decodeId,
  encodeId,
  type MessageCollection,
  readMessage,
  type StoredDocument,
} from './document.ts';
import { DUE_ORDER, NOT_LEASED } from './due-order.ts';
import { storeFault } from './errors.ts';
import { LEASE_FIELDS } from './leases.ts';

/**
 * How often a change is tried again on a message that others move between the change and the look at why it
 * did not match.
 */
const ROUNDS = 5;

/**
 * How many documents are changed at once for one call, so that it does not take the whole connection pool.
 */
const AT_ONCE = 16;

/**
 * Under a lease (a token that is text), live or interrupted, whose holder may have begun: only a journal can
 * tell that it has not. Only `unsent` can be held: the Go service leaves our lease on what it marks as sent.
 */
const MAY_BE_UNDER_WAY: Filter<StoredDocument> = {
  status: 'unsent',
  leaseToken: { $type: 'string' },
  $or: [{ leaseJournals: { $ne: true } }, { begunAt: { $type: 'date' } }],
};

/** Documents that an operator may cancel or erase: the opposite. */
const FREE: Filter<StoredDocument> = {
  $or: [
    { status: { $ne: 'unsent' } },
    NOT_LEASED,
    { leaseJournals: { $eq: true }, begunAt: { $not: { $type: 'date' } } },
  ],
};

/** The same for a document that was read. */
function isFree({ status, leaseToken, leaseJournals, begunAt }: StoredDocument): boolean {
  return (
    status !== 'unsent' ||
    typeof leaseToken !== 'string' ||
    (leaseJournals === true && !(begunAt instanceof Date))
  );
}

/** Core's `waitsForRetry`. */
function waitsForRetry(at: number): Filter<StoredDocument> {
  return { status: 'unsent', availableAt: { $gt: new Date(at) }, reason: { $type: 'string' }, ...NOT_LEASED };
}

export function cancel(
  { collection }: MessageStore,
  ids: readonly string[],
  at: number,
): Promise<readonly CancelResult[]> {
  const from = { status: 'unsent', ...FREE };
  const update: UpdateFilter<StoredDocument> = {
    $set: { status: 'cancelled', settledAt: new Date(at) },
    // Also the lease that a journaling holder may still have; what it begins later is stale.
    $unset: { availableAt: '', ...Object.fromEntries(LEASE_FIELDS.map((field) => [field, ''])) },
  };
  return forEachId(ids, async (id): Promise<CancelResult> => {
    const isChangeable = (found: StoredDocument): boolean => found.status === 'unsent' && isFree(found);
    const { changed, present } = await change(collection, id, from, update, isChangeable);
    if (changed !== null) return { kind: 'cancelled', message: changed };
    if (present === null) return { kind: 'not_found', id };
    return { kind: present.status === 'unsent' ? 'in_flight' : 'refused', message: present };
  });
}

export function redrive(
  { collection }: MessageStore,
  ids: readonly string[],
  at: number,
): Promise<readonly RedriveResult[]> {
  const from = { status: { $in: ['failed', 'unknown'] } };
  return forEachId(ids, async (id): Promise<RedriveResult> => {
    const ended = await change(collection, id, from, redriveUpdate(at), isFailedOrUnknown);
    const { changed, present } =
      ended.present?.status === 'unsent'
        ? await change(collection, id, waitsForRetry(at), bringForwardUpdate(at), () => false)
        : ended;
    if (changed !== null) return { kind: 'redriven', message: changed };
    return present === null ? { kind: 'not_found', id } : { kind: 'refused', message: present };
  });
}

export function redriveMatching(
  { collection, indexes }: MessageStore,
  { status, phoneNumber }: RedriveFilter,
  at: number,
  limit: number,
): Promise<number> {
  const since = { $not: { $gte: new Date(at) } };
  const isWaiting = status === 'unsent';
  const matching: Filter<StoredDocument> = {
    // Also what another service failed without a `settledAt`.
    ...(isWaiting ? { ...waitsForRetry(at), 'history.startedAt': since } : { status, settledAt: since }),
    ...(phoneNumber === undefined ? {} : { phoneNumber }),
  };
  const [hint, sort] =
    phoneNumber !== undefined
      ? [indexes.phoneNumber, { _id: 1 } as const]
      : isWaiting
        ? [indexes.due, DUE_ORDER]
        : [indexes.status, { _id: 1 } as const];
  const update = isWaiting ? bringForwardUpdate(at) : redriveUpdate(at);
  return inBatch(collection, matching, { hint, sort, limit }, async (found) => {
    return (await collection.updateMany(found, update)).modifiedCount;
  });
}

export function prune(
  { collection, indexes }: MessageStore,
  settledBefore: number,
  limit: number,
): Promise<number> {
  const old: Filter<StoredDocument> = {
    status: { $in: ['sent', 'cancelled'] },
    settledAt: { $exists: true, $lt: new Date(settledBefore) },
  };
  return inBatch(collection, old, { hint: indexes.settled, limit }, async (found) => {
    return (await collection.deleteMany(found)).deletedCount;
  });
}

export async function erase(
  { collection, indexes }: MessageStore,
  phoneNumber: string,
  limit: number,
): Promise<EraseResult> {
  const hint = indexes.phoneNumber;
  for (;;) {
    const free = await findIds(collection, { phoneNumber, ...FREE }, { hint, limit });
    const erased = free.length === 0 ? [] : await eraseFree(collection, free);
    // Nothing erased ends the caller's loop, so it must not mean that all of these were leased meanwhile.
    if (erased.length === 0 && free.length > 0) continue;
    const erasedIds = erased.map(encodeId);
    // A caller with more to erase asks again, and gets these at the end.
    if (free.length === limit) return { erasedIds, inFlightIds: [] };
    const underWay = await findIds(collection, { phoneNumber, ...MAY_BE_UNDER_WAY }, { hint });
    return { erasedIds, inFlightIds: underWay.map(encodeId) };
  }
}

/** Removes those that are still free; returns the ids that are gone. */
async function eraseFree(
  collection: MessageCollection,
  ids: readonly DocumentId[],
): Promise<readonly DocumentId[]> {
  const byId = { _id: { $in: [...ids] } };
  const fault = await collection.deleteMany({ ...byId, ...FREE }).then(
    () => null,
    (error: unknown) => storeFault('erase', error),
  );
  // A lost answer must not hide what is gone: a caller that forgets these messages elsewhere has to know.
  if (fault !== null && !(fault instanceof StoreUnavailableError)) throw fault;
  const left = await findIds(collection, byId).catch((error: unknown) => {
    throw fault ?? error;
  });
  if (fault !== null && left.length === ids.length) throw fault;
  const isLeft = new Set(left.map(encodeId));
  return ids.filter((id) => !isLeft.has(encodeId(id)));
}

/**
 * Changes at most `limit` matching messages at once and returns how many. 0 means that no message matches.
 */
async function inBatch(
  collection: MessageCollection,
  matching: Filter<StoredDocument>,
  options: Parameters<typeof findIds>[2],
  changeThem: (found: Filter<StoredDocument>) => Promise<number>,
): Promise<number> {
  for (;;) {
    const ids = await findIds(collection, matching, options);
    if (ids.length === 0) return 0;
    const count = await changeThem({ ...matching, _id: { $in: [...ids] } });
    // Other writers changed all of these first: look again.
    if (count > 0) return count;
  }
}

/** One conditional update, which of racing ones lets one through; or the message that it could not change. */
async function change(
  collection: MessageCollection,
  id: string,
  from: Filter<StoredDocument>,
  update: UpdateFilter<StoredDocument>,
  isChangeable: (document: StoredDocument) => boolean,
): Promise<{ readonly changed: Message | null; readonly present: Message | null }> {
  const decoded = decodeId(id);
  if (decoded === null) return { changed: null, present: null };
  const byId = { _id: { $eq: decoded.id } };
  for (let round = 0; round < ROUNDS; round += 1) {
    const after = await collection.findOneAndUpdate({ ...byId, ...from }, update, {
      returnDocument: 'after',
    });
    if (after !== null) return { changed: readMessage(after), present: null };
    const document = await collection.findOne(byId);
    if (document === null || !isChangeable(document)) {
      return { changed: null, present: document === null ? null : readMessage(document) };
    }
  }
  throw new StoreUnavailableError('the message kept changing while it was to be changed');
}

function isFailedOrUnknown({ status }: StoredDocument): boolean {
  return status === 'failed' || status === 'unknown';
}

/** Core's `redrive` of what waits for its next attempt: all else of it stays. */
function bringForwardUpdate(at: number): UpdateFilter<StoredDocument> {
  const due = new Date(at);
  return { $set: { availableAt: due, dueAt: due } };
}

/** Core's `redrive` of what has ended: attempts start again; history, id and idempotency key stay. */
function redriveUpdate(at: number): UpdateFilter<StoredDocument> {
  const due = new Date(at);
  return {
    $set: { status: 'unsent', availableAt: due, dueAt: due },
    $unset: { expiresAt: '', settledAt: '', attempts: '', lostLeases: '', inDoubt: '', reason: '' },
  };
}

/**
 * Results in the order of the ids, several at once. An id that is given again waits for its turn, so that the
 * second finds what the first has done.
 */
async function forEachId<Result>(
  ids: readonly string[],
  work: (id: string) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const latest = new Map<string, Promise<unknown>>();
    const batch = ids.slice(start, start + AT_ONCE).map((id) => {
      const changed = (latest.get(id) ?? Promise.resolve()).then(() => work(id));
      latest.set(id, changed);
      return changed;
    });
    results.push(...(await Promise.all(batch)));
  }
  return results;
}
