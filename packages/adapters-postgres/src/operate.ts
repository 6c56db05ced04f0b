import type { CancelResult, RedriveFilter, RedriveResult } from '@messaging-system/core';
import {
  cancel,
  type DeliveryStop,
  readText,
  redrive,
  type StoredMessage,
} from '@messaging-system/core/adapter';
import { IS_UNSENT, NO_LEASE, storableIds } from './leases.ts';
import { instant, MESSAGE_COLUMNS, storable, storedFromRow } from './row.ts';
import { type CacheTimes, REMEMBER_SENT } from './sent-cache.ts';
import type { Session } from './session.ts';

/** Locked in the order of the ids, so that two calls never wait for each other. */
export const LOCK: string = `
SELECT ${MESSAGE_COLUMNS} FROM messaging.messages m WHERE m.id = ANY($1::text[]) ORDER BY m.id FOR NO KEY UPDATE`;

// With the lease that a journaling holder may still have; what it begins later is stale.
export const CANCEL: string = `
UPDATE messaging.messages m SET status = 'cancelled', settled_at = $2, ${NO_LEASE} WHERE m.id = ANY($1::text[])`;

// The columns that core's `redrive` changes; $2 is `at`.
const SET_REDRIVEN = `
UPDATE messaging.messages m SET
  status = 'unsent', available_at = $2, due_at = $2, expires_at = NULL, settled_at = 0, ${NO_LEASE},
  attempts = 0, lost_leases = 0, in_doubt = false, reason = NULL`;
// A message that waits for its next attempt keeps all else.
const SET_SOONER = 'UPDATE messaging.messages m SET available_at = $2, due_at = $2';

export const REDRIVE: string = `${SET_REDRIVEN} WHERE m.id = ANY($1::text[])`;
export const BRING_FORWARD: string = `${SET_SOONER} WHERE m.id = ANY($1::text[])`;

const matching = (change: string, condition: string, order: string): string => `
WITH found AS MATERIALIZED (
  SELECT m.id FROM messaging.messages m WHERE ${condition} ORDER BY ${order} LIMIT $1 FOR NO KEY UPDATE
)
${change} WHERE m.id = ANY(ARRAY(SELECT found.id FROM found)) RETURNING m.id`;

/** Messages that were settled before `at` with a status, in the order of an index that no other has. */
const ended = (status: 'failed' | 'unknown'): string => `
m.status IN ('failed', 'unknown') AND m.status >= '${status}' AND m.status <= '${status}' AND m.settled_at < $2`;

// Core's `isRedrivableSince` for unsent ones.
const WAITING = `
m.available_at > $2 AND m.lease_token = '' AND m.reason IS NOT NULL
AND coalesce((m.history -> -1 ->> 'startedAt')::numeric < $2, true)`;

const OF_PHONE = ' AND m.phone_number >= $3 AND m.phone_number <= $3';

/** $1 how many at most, $2 `at`, $3 the phone number. */
export const REDRIVE_MATCHING: Readonly<
  Record<RedriveFilter['status'], { readonly all: string; readonly ofPhone: string }>
> = {
  failed: ofEnded('failed'),
  unknown: ofEnded('unknown'),
  unsent: {
    all: matching(SET_SOONER, `m.status = 'unsent' AND ${WAITING}`, 'm.available_at, m.id'),
    ofPhone: matching(SET_SOONER, `${IS_UNSENT} AND ${WAITING}${OF_PHONE}`, 'm.phone_number, m.id'),
  },
};

function ofEnded(status: 'failed' | 'unknown') {
  const ofPhone = `m.status || '' = '${status}' AND m.settled_at < $2${OF_PHONE}`;
  return {
    all: matching(SET_REDRIVEN, ended(status), 'm.status, m.settled_at'),
    ofPhone: matching(SET_REDRIVEN, ofPhone, 'm.phone_number, m.id'),
  };
}

/** Sent messages go on being remembered as long as they must: $1 before when, $2 how many, $3 the life of a record, $4 since when. */
export const PRUNE: string = `
WITH old AS MATERIALIZED (
  SELECT m.id FROM messaging.messages m
  WHERE m.status IN ('sent', 'cancelled') AND m.settled_at > 0 AND m.settled_at < $1
  ORDER BY m.settled_at LIMIT $2 FOR UPDATE SKIP LOCKED
), remembered AS (
  ${REMEMBER_SENT}
)
DELETE FROM messaging.messages m WHERE m.id = ANY(ARRAY(SELECT old.id FROM old)) RETURNING m.id`;

export const cancelMessages = (
  session: Session,
  ids: readonly string[],
  at: number,
): Promise<readonly CancelResult[]> =>
  change(
    session,
    ids,
    (message) => {
      const { stored, result } = cancel(message, at);
      return { stored, result, statement: result.kind === 'cancelled' ? CANCEL : null };
    },
    at,
  );

export const redriveMessages = (
  session: Session,
  ids: readonly string[],
  at: number,
): Promise<readonly RedriveResult[]> =>
  change(
    session,
    ids,
    (message) => {
      const { stored, result } = redrive(message, at);
      const isWaiting = message.message.status === 'unsent';
      return {
        stored,
        result,
        statement: result.kind === 'redriven' ? (isWaiting ? BRING_FORWARD : REDRIVE) : null,
      };
    },
    at,
  );

interface Change<Result> {
  readonly stored: StoredMessage;
  readonly result: Result;
  /** The assignments that make the same of the row; null where nothing changes. */
  readonly statement: string | null;
}

/** Decides by core's own rules on locked rows, in the order of the ids: one that is given twice meets what the first did. */
function change<Result>(
  session: Session,
  ids: readonly string[],
  decide: (message: StoredMessage) => Change<Result>,
  at: number,
): Promise<readonly (Result | { readonly kind: 'not_found'; readonly id: string })[]> {
  return session.transaction(async (query) => {
    const rows = await query(LOCK, storableIds(ids));
    const found = new Map(rows.map(storedFromRow).map((stored) => [stored.message.id, stored]));
    const changed = new Map<string, string[]>();
    const results = ids.map((id) => {
      const message = found.get(id);
      if (message === undefined) return { kind: 'not_found', id } as const;
      const { stored, result, statement } = decide(message);
      found.set(id, stored);
      if (statement !== null) changed.set(statement, [...(changed.get(statement) ?? []), id]);
      return result;
    });
    for (const [statement, changedIds] of changed) await query(statement, changedIds, at);
    return results;
  });
}

export async function redriveMatching(
  session: Session,
  { status, phoneNumber }: RedriveFilter,
  at: number,
  limit: number,
): Promise<number> {
  const { all, ofPhone } = REDRIVE_MATCHING[status];
  const rows =
    phoneNumber === undefined
      ? await session.write(all, limit, at)
      : await session.write(ofPhone, limit, at, storable(phoneNumber));
  return rows.length;
}

export async function prune(
  session: Session,
  settledBefore: number,
  limit: number,
  { now, ttlMs }: CacheTimes,
): Promise<number> {
  return (await session.write(PRUNE, settledBefore, limit, ttlMs, now - ttlMs)).length;
}

export async function stopDelivery(session: Session, { at, by }: DeliveryStop): Promise<void> {
  await session.write(
    'INSERT INTO messaging.delivery_stop (stopped_at, stopped_by) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING',
    at,
    by === null ? null : storable(by),
  );
}

export async function resumeDelivery(session: Session): Promise<void> {
  await session.write('DELETE FROM messaging.delivery_stop');
}

export async function deliveryStop(session: Session): Promise<DeliveryStop | null> {
  const [row] = await session.read('SELECT stopped_at, stopped_by FROM messaging.delivery_stop');
  return row === undefined ? null : { at: instant(row.stopped_at) ?? 0, by: readText(row.stopped_by) };
}

/** No message has such an id. */
const NOBODY = '';

/** Tries the right to change messages, and writes and removes a record of the sent cache. */
export async function tryWrite(session: Session): Promise<void> {
  await session.transaction(async (query) => {
    await query(
      `WITH nothing AS (UPDATE messaging.messages m SET reason = m.reason WHERE m.id = $1)
       INSERT INTO messaging.sent_cache AS c (id, sent_at, expires_at) VALUES ($1, 0, 0)
       ON CONFLICT (id) DO UPDATE SET sent_at = 0`,
      NOBODY,
    );
    await query('DELETE FROM messaging.sent_cache WHERE id = $1', NOBODY);
  });
}

export async function storeNow(session: Session): Promise<number> {
  const [row] = await session.read(
    'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now',
  );
  return Number(row?.now);
}
