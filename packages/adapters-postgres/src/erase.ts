import { setTimeout as sleep } from 'node:timers/promises';
import type { EraseResult } from '@messaging-system/core/adapter';
import { storable } from './row.ts';
import type { Session } from './session.ts';

/** Core's `isFree`: nobody holds it, or its holder has provably not begun. No index is to be taken for the status. */
const FREE = `(m.status || '' <> 'unsent' OR m.lease_token = '' OR (m.lease_journals AND m.begun_at IS NULL))`;

/** As a range and in the order of its index, so that the planner has no other choice. */
const OF_PHONE = 'm.phone_number >= $1 AND m.phone_number <= $1';

/** $1 the phone number, $2 how many. Keeps which transaction it was, for whoever looks for copies afterwards. */
export const ERASE: string = `
WITH found AS MATERIALIZED (
  SELECT m.id FROM messaging.messages m
  WHERE ${OF_PHONE} AND ${FREE} ORDER BY m.phone_number, m.id LIMIT $2 FOR UPDATE
), gone AS (
  DELETE FROM messaging.messages m WHERE m.id = ANY(ARRAY(SELECT found.id FROM found)) RETURNING m.id
), noted AS (
  UPDATE messaging.erasures
  SET transaction_id = greatest(transaction_id, pg_current_xact_id()::text::bigint), erased_at = now()
  WHERE EXISTS (SELECT FROM gone)
)
SELECT id FROM gone`;

export const SELECT_IN_FLIGHT: string = `
SELECT m.id FROM messaging.messages m WHERE ${OF_PHONE} AND NOT ${FREE} ORDER BY m.phone_number, m.id`;

/** How long a reader of old versions, or a long VACUUM, is waited for, and how often it is tried again. */
const WAIT_MS = 1_000;
const RETRY_MS = 50;

/**
 * Removes messages of a phone number. PostgreSQL keeps the versions of a removed row until VACUUM, so one is started
 * for all that was erased and not vacuumed yet, by whatever instance.
 */
export class Eraser {
  readonly #session: Session;
  #vacuuming: Promise<readonly string[]> | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  async erase(phoneNumber: string, limit: number): Promise<EraseResult> {
    const asked = storable(phoneNumber);
    const erasedIds = (await this.#session.write(ERASE, asked, limit)).map(({ id }) => String(id));
    const inFlight = erasedIds.length < limit ? await this.#session.read(SELECT_IN_FLIGHT, asked) : [];
    const isGone = await this.#vacuumErased();
    return {
      erasedIds,
      inFlightIds: inFlight.map(({ id }) => String(id)),
      ...(isGone ? {} : { copiesRemain: true }),
    };
  }

  /** Whether no old version of an erased message is left in the table's files, as far as this can be seen. */
  async #vacuumErased(): Promise<boolean> {
    const until = performance.now() + WAIT_MS;
    for (;;) {
      const [row] = await this.#session.read('SELECT transaction_id FROM messaging.erasures');
      const erased = Number(row?.transaction_id ?? 0);
      if (erased === 0) return true;
      const report = await this.#vacuum(until);
      if (report !== null && (await this.#isBehind(report, erased))) {
        await this.#session.write(
          'UPDATE messaging.erasures SET transaction_id = 0 WHERE transaction_id = $1',
          erased,
        );
        continue;
      }
      if (performance.now() >= until) return false;
      await sleep(RETRY_MS);
    }
  }

  /** The result of VACUUM; null where it takes longer, or may not run now. It goes on then. */
  async #vacuum(until: number): Promise<readonly string[] | null> {
    this.#vacuuming ??= this.#session.database
      // With the index entries too: they have phone numbers and keys.
      .run(this.#session.text('VACUUM (VERBOSE, INDEX_CLEANUP ON) messaging.messages'))
      .finally(() => {
        this.#vacuuming = null;
      });
    const late = sleep(Math.max(until - performance.now(), 0), null, { ref: false });
    // A fault leaves the copies to autovacuum: what was erased is erased.
    return Promise.race([this.#vacuuming.catch(() => null), late]);
  }

  /** Whether VACUUM could remove all that the transaction `erased` has left: nobody may see that any more. */
  async #isBehind(report: readonly string[], erased: number): Promise<boolean> {
    const told = report.find((line) => line.includes('removable cutoff'));
    const cutoff = /removable cutoff: (\d+)/.exec(told ?? '')?.[1];
    // In another language, before PostgreSQL 15, or where this user may not vacuum.
    if (told === undefined || cutoff === undefined) return this.#wasVacuumed();
    if (told.includes('tuples missed')) return false;
    const [row] = await this.#session.read(
      'SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS newest',
    );
    return fullTransactionId(Number(cutoff), Number(row?.newest)) > erased;
  }

  /** Whether the statistics tell of a VACUUM since, of autovacuum too, that left nothing. */
  async #wasVacuumed(): Promise<boolean> {
    const rows = await this.#session.read(
      `SELECT FROM messaging.erasures e, pg_stat_all_tables t
       WHERE t.relid = 'messaging.messages'::regclass AND t.n_dead_tup = 0
         AND greatest(t.last_vacuum, t.last_autovacuum) > e.erased_at`,
    );
    return rows.length > 0;
  }
}

const EPOCH = 2 ** 32;

/** VACUUM tells the lower 32 bits of the number of a transaction; it is one before `newest`. */
function fullTransactionId(low: number, newest: number): number {
  const full = Math.floor(newest / EPOCH) * EPOCH + low;
  return full > newest ? full - EPOCH : full;
}
