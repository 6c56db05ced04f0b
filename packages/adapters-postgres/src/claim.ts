import type { ClaimedMessage, ClaimRequest, ClaimStart } from '@messaging-system/core/adapter';
import { IS_UNSENT } from './leases.ts';
import { isTrue, MESSAGE_COLUMNS, messageFromRow, storable } from './row.ts';
import type { Session } from './session.ts';

/** The order in which messages are due, and the index that has it. */
export const DUE_INDEX = `messaging.messages (available_at, id) WHERE status = 'unsent'`;

const BEGUN = `(m.lease_token <> '' AND (NOT m.lease_journals OR m.begun_at IS NOT NULL))`;

// The bounds keep an edited value from overflowing, which would refuse the whole claim.
const LOST_LEASES = `(least(greatest(m.lost_leases, 0), 1000000) + ${BEGUN}::integer)`;

/**
 * Core's `claim` for many rows at once: $1 now, $2 where to begin, $3 how many, $4 the end of the lease, $5 its token,
 * $6 whether it journals. A row that another claim has locked is about to be that one's, so it is passed over. The
 * update repeats the condition: of racing claims that both saw a row as due, the second finds it leased. There it is
 * written so that no index fits but that of the ids.
 */
export const CLAIM: string = `
WITH due AS MATERIALIZED (
  SELECT m.id, m.lease_token FROM messaging.messages m
  WHERE m.status = 'unsent' AND m.available_at BETWEEN $2 AND $1 AND m.lease_token <> $5
  ORDER BY m.available_at, m.id LIMIT $3
  FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE messaging.messages m SET
  due_at = m.available_at,
  available_at = $4,
  lease_token = $5,
  lease_journals = $6 OR ${LOST_LEASES} > 0,
  begun_at = NULL,
  in_doubt = m.in_doubt OR ${BEGUN},
  lost_leases = ${LOST_LEASES}
FROM due
WHERE m.id = due.id AND ${IS_UNSENT} AND m.available_at + 0 <= $1
RETURNING ${MESSAGE_COLUMNS}, due.lease_token <> '' AS interrupted`;

/** The earliest that nobody holds, from $1 on. */
export const SELECT_NEXT_DUE: string = `
SELECT m.available_at FROM messaging.messages m
WHERE m.status = 'unsent' AND m.available_at >= $1 AND m.lease_token = ''
ORDER BY m.available_at, m.id LIMIT 1`;

/** The least that the column can have: also a row that somebody wrote by hand is found. No number has it exactly. */
const EARLIEST = '-9223372036854775808';

/** The claims of one instance, each of which begins to search where the last one led to. */
export class DueClaimer {
  readonly #session: Session;
  readonly #start: ClaimStart;
  readonly #elapsed: () => number;
  #claims = 0;

  /** @param elapsed ms by the clock that the start goes by */
  constructor(session: Session, start: ClaimStart, elapsed: () => number) {
    this.#session = session;
    this.#start = start;
    this.#elapsed = elapsed;
  }

  async claim(request: ClaimRequest): Promise<readonly ClaimedMessage[]> {
    const { now, limit } = request;
    if (limit < 1) return [];
    this.#claims += 1;
    const from = this.#start.ofClaim(this.#claims);
    const began = this.#elapsed();
    const claimed = [...(await claimFrom(this.#session, request, from))];
    let thoroughMs = from === null ? this.#elapsed() - began : 0;
    if (claimed.length < limit && from !== null && this.#start.mayBeThorough()) {
      // Missing messages may have come before the place where the search began.
      const again = this.#elapsed();
      const missing = limit - claimed.length;
      claimed.push(...(await this.#earlier({ ...request, limit: missing }, claimed.length > 0)));
      thoroughMs = this.#elapsed() - again;
    }
    claimed.sort(byPlace);
    const first = claimed[0]?.message.dueAt ?? null;
    this.#start.learn({ now, first, isFilled: claimed.length >= limit, thoroughMs });
    return claimed;
  }

  async #earlier(request: ClaimRequest, hasSome: boolean): Promise<readonly ClaimedMessage[]> {
    try {
      return await claimFrom(this.#session, request, null);
    } catch (error) {
      // The caller learns what is leased already; the next claim meets the fault again.
      if (hasSome) return [];
      throw error;
    }
  }
}

async function claimFrom(
  session: Session,
  { now, limit, leasedUntil, leaseToken, journals }: ClaimRequest,
  from: number | null,
): Promise<readonly ClaimedMessage[]> {
  const values = [now, from ?? EARLIEST, limit, leasedUntil, storable(leaseToken), journals];
  return (await session.write(CLAIM, ...values)).map((row) => {
    return {
      message: messageFromRow(row),
      interrupted: isTrue(row.interrupted),
      inDoubt: isTrue(row.in_doubt),
      // Nobody else keeps messages here with fewer fields: the defaults of the table give them all.
      foreign: false,
    };
  });
}

function byPlace({ message: one }: ClaimedMessage, { message: other }: ClaimedMessage): number {
  return (one.dueAt ?? 0) - (other.dueAt ?? 0) || (one.id < other.id ? -1 : 1);
}

export async function nextDueAt(session: Session, start: ClaimStart): Promise<number | null> {
  const from = start.ofNextDue();
  let rows = await session.read(SELECT_NEXT_DUE, from ?? EARLIEST);
  if (rows.length === 0 && from !== null) rows = await session.read(SELECT_NEXT_DUE, EARLIEST);
  return rows[0] === undefined ? null : Number(rows[0].available_at);
}
