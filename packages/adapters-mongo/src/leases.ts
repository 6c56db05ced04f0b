import { StoreRejectedError } from '@messaging-system/core';
import type { ClaimRequest, LeaseResult } from '@messaging-system/core/adapter';
import { type Document, type Filter, ObjectId, type UpdateFilter } from 'mongodb';
import { findIds, type MessageStore } from './collection.ts';
import {
  byIds,
  countIn,
  encodeId,
  isDate,
  isText,
  literal,
  type MessageCollection,
  REMOVED,
  type StoredDocument,
} from './document.ts';
import { hasCode } from './errors.ts';

/** The fields of a lease, in addition to its end in `availableAt`. */
export const LEASE_FIELDS: readonly string[] = [
  'leaseToken',
  'leasedUntil',
  'leaseJournals',
  'begunAt',
  'interrupted',
];

/** The token alone fences, whenever the lease ended. */
export function heldBy(leaseToken: string): Filter<StoredDocument> {
  return { leaseToken, status: 'unsent' };
}

/**
 * Core's `claim` as an update pipeline: what it takes over is decided on the document as it is in that
 * moment.
 */
export function claimUpdate(request: ClaimRequest): Document[] {
  const leasedUntil = new Date(request.leasedUntil);
  const interrupted = isText('$leaseToken');
  const begun = { $or: [{ $ne: ['$leaseJournals', true] }, isDate('$begunAt')] };
  const hasLostABeginning = { $and: [interrupted, begun] };
  // The comparison first: it spares the server the count, where there mostly is none.
  const hasLostBefore = { $and: [{ $gt: ['$lostLeases', 0] }, { $gt: [countIn('$lostLeases'), 0] }] };
  const lostLeases = { $add: [countIn('$lostLeases'), 1] };
  return [
    {
      $set: {
        dueAt: { $cond: [isDate('$availableAt'), '$availableAt', REMOVED] },
        availableAt: leasedUntil,
        leasedUntil,
        leaseToken: literal(request.leaseToken),
        leaseJournals: request.journals || { $or: [hasLostABeginning, hasLostBefore] },
        begunAt: REMOVED,
        inDoubt: { $cond: [{ $or: [{ $eq: ['$inDoubt', true] }, hasLostABeginning] }, true, REMOVED] },
        interrupted: { $cond: [interrupted, true, REMOVED] },
        lostLeases: { $cond: [hasLostABeginning, lostLeases, '$lostLeases'] },
        releasedBy: REMOVED,
      },
    },
  ];
}

/** Core's `beginAttempt`: what has begun stays as it is. */
export function beginAttempt(
  { collection }: MessageStore,
  leaseToken: string,
  ids: readonly string[],
  begunAt: number,
): Promise<LeaseResult> {
  const begun = isDate('$begunAt');
  const attempts = { $cond: [begun, '$attempts', { $add: [countIn('$attempts'), 1] }] };
  const update = [{ $set: { attempts, begunAt: { $cond: [begun, '$begunAt', new Date(begunAt)] } } }];
  return updateHeld(collection, leaseToken, ids, update, heldBy(leaseToken));
}

/** Core's `extendLease`. */
export function extendLease(
  { collection }: MessageStore,
  leaseToken: string,
  ids: readonly string[],
  leasedUntil: number,
): Promise<LeaseResult> {
  const end = new Date(leasedUntil);
  // Never back: an extension that was given up may take effect after a later one.
  const update = { $max: { availableAt: end, leasedUntil: end } };
  return updateHeld(collection, leaseToken, ids, update, heldBy(leaseToken));
}

/** Core's `release`. */
export function release(
  { collection, random }: MessageStore,
  leaseToken: string,
  ids: readonly string[],
): Promise<LeaseResult> {
  const releasedBy = random.token();
  return updateHeld(collection, leaseToken, ids, releaseUpdate(releasedBy), { releasedBy });
}

/** `releasedBy` tells the call that did it from one that came too late. */
function releaseUpdate(releasedBy: string): Document[] {
  return [
    {
      $set: {
        availableAt: { $cond: [isDate('$dueAt'), '$dueAt', REMOVED] },
        attempts: { $cond: [isDate('$begunAt'), attemptsBeforeLease(), '$attempts'] },
        releasedBy: literal(releasedBy),
      },
    },
    { $unset: [...LEASE_FIELDS] },
  ];
}

/** The attempts without the one that the present lease may have journaled. */
export function attemptsBeforeLease(): Document {
  return { $subtract: [countIn('$attempts'), { $cond: [isDate('$begunAt'), 1, 0] }] };
}

/**
 * One conditional write for the batch, and one read after it only where not everything matched.
 * @param after what the update leaves on the documents that it changed
 */
async function updateHeld(
  collection: MessageCollection,
  leaseToken: string,
  ids: readonly string[],
  update: Document[] | UpdateFilter<StoredDocument>,
  after: Filter<StoredDocument>,
): Promise<LeaseResult> {
  const distinct = [...new Set(ids)];
  const { matchedCount } = await collection.updateMany({ ...byIds(distinct), ...heldBy(leaseToken) }, update);
  if (matchedCount === distinct.length) return { held: ids, stale: [] };
  return matchedCount === 0 ? { held: [], stale: ids } : divide(collection, ids, after);
}

/** Those that the filter finds are held, the others are stale. */
export async function divide(
  collection: MessageCollection,
  ids: readonly string[],
  held: Filter<StoredDocument>,
): Promise<LeaseResult> {
  const found = new Set((await findIds(collection, { ...byIds(ids), ...held })).map(encodeId));
  return { held: ids.filter((id) => found.has(id)), stale: ids.filter((id) => !found.has(id)) };
}

// An id that no message has.
const NOBODY = ObjectId.createFromHexString('0'.repeat(24));

/** The stages and expressions that messages are claimed and given back with. */
const UPDATE = [
  ...claimUpdate({ now: 0, leasedUntil: 0, leaseToken: '', journals: false, limit: 0 }),
  ...releaseUpdate(''),
];

/**
 * An update that finds nothing, confirmed as every write is.
 * @throws StoreRejectedError when the server can't do what claims are made of
 */
export async function tryUpdate(collection: MessageCollection): Promise<void> {
  try {
    await collection.updateMany({ _id: NOBODY, status: 'unsent' }, UPDATE);
  } catch (error) {
    // The answers of servers that do not know such an update, or not all of it: since it never changes, it
    // is the server.
    const isUnknown = hasCode(
      error,
      'FailedToParse',
      'TypeMismatch',
      'InvalidPipelineOperator',
      'FeatureNotSupported',
      'StageNotSupported',
      'UnrecognizedPipelineStage',
    );
    if (!isUnknown) throw error;
    throw new StoreRejectedError(
      `this server does not know updates by an aggregation pipeline, which messages are claimed with (${error.code}): ` +
        'Amazon DocumentDB 4 and 5 are such. Use MongoDB 6 or later, or a server that is compatible with it',
    );
  }
}
