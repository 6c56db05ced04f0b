import {
  MessagingError,
  SentCacheUnavailableError,
  StoreRejectedError,
  StoreUnavailableError,
} from '@messaging-system/core';

/**
 * The server's answers when the same statement would be refused again until somebody changes something. Nothing was
 * changed. Every other code may pass, also one that is not known here: a caller that gets `unavailable` repeats and loses
 * nothing. A class is the first two characters of a code.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const REJECTED: Readonly<Record<string, string>> = {
  '0A': 'the server does not have a feature that is needed: PostgreSQL 13 or later is',
  '22': 'a value cannot be stored: instants are whole milliseconds',
  '23': 'a constraint of the tables refuses it',
  '25P01':
    'the connection has no open transaction: begin one on this connection, and commit it after the insert',
  '25P02': "the caller's transaction has failed before: roll it back",
  '28': 'the user may not log in: check the user, the password and pg_hba.conf',
  '3D': 'the database does not exist: create it, or name another one',
  '3F': 'the schema does not exist, or is not visible to this user',
  '42': 'a table or a right is missing, or the tables were changed by hand',
  '42501': 'the user lacks a right: grant it, or let the owner of the schema open the store once',
  '53100': 'the disk of the server is full: free space, then repeat',
  '54': 'a value is too large',
  XX001: 'the data are damaged: restore a backup',
  XX002: 'an index is damaged: rebuild it with REINDEX',
};

/** The codes of the protocol of transactions: the caller's transaction is to be run again. */
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

/** Runs an operation of the store; what the driver throws comes out as a fault of core. */
export async function withStoreFaults<Result>(what: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw storeFault(what, error);
  }
}

/** The same in the caller's transaction. The errors that ask for it to be run again are the driver's own. */
export async function inCallersTransaction<Result>(
  what: string,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const code = codeOf(error);
    throw code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED ? error : storeFault(what, error);
  }
}

/** The sent cache is best effort: each of its faults is of one kind. */
export async function withCacheFaults<Result>(what: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const fault = storeFault(what, error);
    if (!(fault instanceof MessagingError)) throw fault;
    throw new SentCacheUnavailableError(`the sent cache failed: ${fault.message}`, { cause: fault });
  }
}

/**
 * The driver's error as a fault of core. The text names the operation and the server's code and never repeats what
 * the server wrote: its messages quote values, with phone numbers and contents.
 */
export function storeFault(what: string, error: unknown): unknown {
  if (error instanceof MessagingError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (code !== null && isSqlState(code)) {
    const why = REJECTED[code] ?? REJECTED[code.slice(0, 2)];
    return why === undefined
      ? new StoreUnavailableError(`${what}: PostgreSQL could not do it now (${code})`)
      : new StoreRejectedError(`${what}: PostgreSQL refused it (${code}): ${why}`);
  }
  if (code === null && isMistake(error)) return error;
  return new StoreUnavailableError(`${what}: PostgreSQL did not answer (${reasonOf(error)})`, {
    cause: error,
  });
}

/** The server's code, or the system's such as `ECONNREFUSED`. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** The names of system errors are as long, but begin with an E and two more letters. */
function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code);
}

/** The driver's own faults are plain errors: a lost connection, a time-out. These are slips of a program. */
function isMistake(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}

function reasonOf(error: Error): string {
  // Of several addresses that were tried, each with a fault of its own.
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join(', ');
  }
  return error.message;
}
