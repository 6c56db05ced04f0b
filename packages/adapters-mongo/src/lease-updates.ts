import type { ClaimRequest } from '@messaging-system/core';
import type { Document } from 'mongodb';
import { countIn, isDate, isText, literal, REMOVED } from './expressions.ts';

/** What a lease puts on a document, besides its end in `availableAt`. */
export const LEASE_FIELDS: readonly string[] = [
  'leaseToken',
  'leasedUntil',
  'leaseJournals',
  'begunAt',
  'interrupted',
];

/** Core's `claim` as an update pipeline: what it takes over is decided on the document as it is in that moment. */
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
export function beginUpdate(begunAt: number): Document[] {
  const begun = isDate('$begunAt');
  return [
    {
      $set: {
        attempts: { $cond: [begun, '$attempts', { $add: [countIn('$attempts'), 1] }] },
        begunAt: { $cond: [begun, '$begunAt', new Date(begunAt)] },
      },
    },
  ];
}

export function extendUpdate(leasedUntil: number): Document {
  const end = new Date(leasedUntil);
  // Never back: an extension that was given up may take effect after a later one.
  return { $max: { availableAt: end, leasedUntil: end } };
}

/** Core's `release`; `releasedBy` tells the call that did it from one that came too late. */
export function releaseUpdate(releasedBy: string): Document[] {
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
