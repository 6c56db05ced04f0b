import { setTimeout as sleep } from 'node:timers/promises';
import {
  MessagingError,
  SentCacheUnavailableError,
  StoreRejectedError,
  StoreUnavailableError,
} from '@messaging-system/core';
import type { Random } from '@messaging-system/core/adapter';

/** SQLite's primary result codes. @see https://www.sqlite.org/rescode.html */
const RESULT = {
  perm: 3,
  busy: 5,
  locked: 6,
  nomem: 7,
  readonly: 8,
  interrupt: 9,
  ioerr: 10,
  corrupt: 11,
  full: 13,
  cantopen: 14,
  protocol: 15,
  constraint: 19,
  mismatch: 20,
  notadb: 26,
} as const;

const DAMAGED =
  'is damaged: stop every process that uses it and restore a backup, or rescue it with ".recover" of the sqlite3 tool';

const LOCKED =
  'is locked by another connection: end the transaction that holds it (or stop the tool that has the file open), then repeat';

/** Somebody else holds the lock that the operation needs: it had no effect and may be repeated. */
const BUSY: ReadonlySet<number | null> = new Set([RESULT.busy, RESULT.locked, RESULT.protocol]);

const UNAVAILABLE: ReadonlyMap<number, string> = new Map([
  [RESULT.busy, LOCKED],
  [RESULT.locked, LOCKED],
  [RESULT.protocol, LOCKED],
  [RESULT.ioerr, 'could not be read or written: check the disk and its file system, then repeat'],
  [RESULT.cantopen, 'could not be opened: check that the path is a file that this user may open'],
  [RESULT.nomem, 'could not be used for lack of memory'],
  [RESULT.interrupt, 'was interrupted, repeat the operation'],
]);

const REJECTED: ReadonlyMap<number, string> = new Map([
  [RESULT.full, 'has no room left: free space on its disk (or raise its quota), then repeat'],
  [RESULT.readonly, 'cannot be written: give this user write access to the file and to its directory'],
  [RESULT.perm, 'may not be used by this user: check its permissions'],
  [RESULT.corrupt, DAMAGED],
  [RESULT.notadb, 'is not a SQLite database, or is encrypted: give the path of another file'],
  [
    RESULT.constraint,
    'refused a value: instants are whole milliseconds, and the idempotency keys of one call differ',
  ],
  [RESULT.mismatch, 'refused a value of the wrong type: limits and instants are whole numbers'],
]);

const DRIVER_REFUSALS: ReadonlySet<unknown> = new Set([
  'ERR_INVALID_ARG_TYPE',
  'ERR_OUT_OF_RANGE',
  'ERR_INVALID_STATE',
]);

export function isBusy(error: unknown): boolean {
  return BUSY.has(primaryResult(error));
}

export interface BusyPolicy {
  /** How long a lock that is held elsewhere is waited for, in all. */
  readonly lockWaitMs: number;
  readonly random: Random;
}

const LONGEST_DELAY_MS = 25;

/**
 * Repeats work that found the file locked, with a growing, jittered delay between tries. The event loop is
 * free during the delays. The error after `lockWaitMs` is the driver's own.
 */
export async function retryWhileBusy<T>(work: () => T, policy: BusyPolicy): Promise<T> {
  // Monotonic: a clock that is set must not shorten or lengthen the wait.
  const giveUpAt = performance.now() + policy.lockWaitMs;
  for (let tries = 1; ; tries += 1) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= giveUpAt) throw error;
    }
    await sleep(1 + policy.random.next() * Math.min(2 ** tries, LONGEST_DELAY_MS));
  }
}

/** Turns an error of the driver into the typed fault. Returns every other error unchanged. */
export function storeFault(error: unknown, path: string): unknown {
  if (error instanceof MessagingError) return error;
  const file = `the SQLite file ${path}`;
  const result = primaryResult(error);
  if (result !== null) {
    const unavailable = UNAVAILABLE.get(result);
    const rejected = REJECTED.get(result) ?? 'refused a statement: its tables may have been changed by hand';
    const text = `${file} ${unavailable ?? rejected} (${driverText(error)})`;
    const Fault = unavailable === undefined ? StoreRejectedError : StoreUnavailableError;
    return new Fault(text, { cause: error });
  }
  if (DRIVER_REFUSALS.has(codeOf(error))) {
    return new StoreRejectedError(
      `${file} was given what it cannot use: texts, whole numbers and open connections only (${driverText(error)})`,
      { cause: error },
    );
  }
  return error;
}

export function damagedFault(path: string, what: string): StoreRejectedError {
  return new StoreRejectedError(`the SQLite file ${path} ${DAMAGED} (${what})`);
}

export function closedFault(path: string): StoreUnavailableError {
  return new StoreUnavailableError(`the SQLite file ${path} has been closed by this process`);
}

/** The sent cache is best effort: each of its faults is of one kind. */
export function sentCacheFault(error: unknown, path: string): unknown {
  const fault = storeFault(error, path);
  if (!(fault instanceof MessagingError)) return fault;
  return new SentCacheUnavailableError(`the sent cache failed: ${fault.message}`, { cause: fault });
}

function primaryResult(error: unknown): number | null {
  if (codeOf(error) !== 'ERR_SQLITE_ERROR') return null;
  const errcode = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  // The low byte is the primary code of an extended one.
  return typeof errcode === 'number' ? errcode & 0xff : null;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function driverText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
