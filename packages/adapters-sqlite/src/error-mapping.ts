import {
  MessagingError,
  SentCacheUnavailableError,
  StoreRejectedError,
  StoreUnavailableError,
} from '@messaging-system/core';

type StoreFault = typeof StoreUnavailableError | typeof StoreRejectedError;

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

const FAULTS = new Map<number, readonly [StoreFault, string]>([
  [RESULT.busy, [StoreUnavailableError, LOCKED]],
  [RESULT.locked, [StoreUnavailableError, LOCKED]],
  [RESULT.protocol, [StoreUnavailableError, LOCKED]],
  [
    RESULT.ioerr,
    [StoreUnavailableError, 'could not be read or written: check the disk and its file system, then repeat'],
  ],
  [
    RESULT.cantopen,
    [StoreUnavailableError, 'could not be opened: check that the path is a file that this user may open'],
  ],
  [RESULT.nomem, [StoreUnavailableError, 'could not be used for lack of memory']],
  [RESULT.interrupt, [StoreUnavailableError, 'was interrupted, repeat the operation']],
  [
    RESULT.full,
    [StoreRejectedError, 'has no room left: free space on its disk (or raise its quota), then repeat'],
  ],
  [
    RESULT.readonly,
    [StoreRejectedError, 'cannot be written: give this user write access to the file and to its directory'],
  ],
  [RESULT.perm, [StoreRejectedError, 'may not be used by this user: check its permissions']],
  [RESULT.corrupt, [StoreRejectedError, DAMAGED]],
  [
    RESULT.notadb,
    [StoreRejectedError, 'is not a SQLite database, or is encrypted: give the path of another file'],
  ],
  [
    RESULT.constraint,
    [
      StoreRejectedError,
      'refused a value: instants are whole milliseconds, and the idempotency keys of one call differ',
    ],
  ],
  [
    RESULT.mismatch,
    [StoreRejectedError, 'refused a value of the wrong type: limits and instants are whole numbers'],
  ],
]);

const DRIVER_REFUSALS: ReadonlySet<unknown> = new Set([
  'ERR_INVALID_ARG_TYPE',
  'ERR_OUT_OF_RANGE',
  'ERR_INVALID_STATE',
]);

/** Whether somebody else holds the lock that the operation needs, so that it had no effect and may be repeated. */
export function isBusy(error: unknown): boolean {
  const result = primaryResult(error);
  return result === RESULT.busy || result === RESULT.locked || result === RESULT.protocol;
}

/** The typed fault for what the driver threw; what is no fault of the driver comes back as it is. */
export function storeFault(error: unknown, path: string): unknown {
  if (error instanceof MessagingError) return error;
  const file = `the SQLite file ${path}`;
  const result = primaryResult(error);
  if (result !== null) {
    const [Fault, advice] = FAULTS.get(result) ?? [
      StoreRejectedError,
      'refused a statement: its tables may have been changed by hand',
    ];
    return new Fault(`${file} ${advice} (${driverText(error)})`, { cause: error });
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
