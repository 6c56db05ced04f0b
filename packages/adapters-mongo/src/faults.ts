import { MessagingError, StoreRejectedError, StoreUnavailableError } from '@messaging-system/core';
import {
  BSON,
  MongoAPIError,
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoCompatibilityError,
  MongoError,
  MongoExpiredSessionError,
  MongoMissingCredentialsError,
  MongoMissingDependencyError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoParseError,
  MongoServerClosedError,
  MongoServerError,
  MongoSystemError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
} from 'mongodb';

/**
 * Server errors that say nothing for good about the operation: no primary, a majority that did not answer, time that ran out, a node going
 * down, a conflict between writers, or a failure that the server has no name for.
 * @see https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
 */
const PASSING_CODES: ReadonlySet<unknown> = new Set(
  Object.values({
    InternalError: 1,
    HostUnreachable: 6,
    HostNotFound: 7,
    UnknownError: 8,
    LockTimeout: 24,
    CursorNotFound: 43,
    MaxTimeMSExpired: 50,
    WriteConcernTimeout: 64,
    NetworkTimeout: 89,
    ShutdownInProgress: 91,
    UnsatisfiableWriteConcern: 100,
    WriteConflict: 112,
    FailedToSatisfyReadPreference: 133,
    ReadConcernMajorityNotAvailableYet: 134,
    PrimarySteppedDown: 189,
    CursorKilled: 237,
    NoSuchTransaction: 251,
    ExceededTimeLimit: 262,
    TemporarilyUnavailable: 365,
    Reauthenticate: 391,
    SocketException: 9001,
    LegacyNotPrimary: 10058,
    NotWritablePrimary: 10107,
    InterruptedAtShutdown: 11600,
    Interrupted: 11601,
    InterruptedDueToReplStateChange: 11602,
    StaleConfig: 13388,
    NotPrimaryNoSecondaryOk: 13435,
    NotPrimaryOrSecondary: 13436,
  }),
);

const PASSING_LABELS = ['RetryableWriteError', 'RetryableReadError', 'TransientTransactionError'];

/** The driver itself refuses these before anything is sent, yet the same call can succeed later. */
const PASSING_API_ERRORS = [
  MongoClientClosedError,
  MongoExpiredSessionError,
  MongoNotConnectedError,
  MongoServerClosedError,
  MongoTopologyClosedError,
];

const LASTING_ERRORS = [
  MongoAPIError,
  MongoCompatibilityError,
  MongoMissingCredentialsError,
  MongoMissingDependencyError,
  MongoParseError,
];

/** Runs an operation of the store; what the driver throws comes out as a fault of core. */
export async function withStoreFaults<Result>(what: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw storeFault(what, error);
  }
}

/**
 * What the driver threw as a fault of core. The text names the operation and the driver's code and never repeats what a server wrote: its
 * messages quote commands, with phone numbers and contents. What is no error of the driver stays as it is.
 */
export function storeFault(what: string, error: unknown): unknown {
  if (error instanceof MessagingError) return error;
  if (error instanceof BSON.BSONError || isTooLarge(error)) {
    return new StoreRejectedError(`${what}: the document cannot be stored (${error.name})`);
  }
  if (!(error instanceof MongoError)) return error;
  if (error instanceof MongoServerError) {
    const code = `${error.name} ${String(error.code ?? 'without a code')}${nameOf(error)}`;
    return isPassing(error)
      ? new StoreUnavailableError(`${what}: MongoDB could not do it now (${code})`)
      : new StoreRejectedError(`${what}: MongoDB refused it (${code})`);
  }
  if (isAny(error, LASTING_ERRORS) && !isAny(error, PASSING_API_ERRORS)) {
    return new StoreRejectedError(`${what}: the MongoDB driver refused it (${error.name})`);
  }
  const why = isAny(error, [MongoNetworkError, MongoSystemError])
    ? `${error.name}: ${error.message}`
    : error.name;
  return new StoreUnavailableError(`${what}: MongoDB did not answer (${why})`, { cause: error });
}

/** The driver runs over its buffer before it looks at what a server takes. */
function isTooLarge(error: unknown): error is RangeError {
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_OUT_OF_RANGE';
}

function isPassing(error: MongoServerError): boolean {
  return (
    // A bulk write wraps what the driver itself met, and that has no code of a server.
    typeof error.code !== 'number' ||
    PASSING_CODES.has(error.code) ||
    PASSING_LABELS.some((label) => error.hasErrorLabel(label)) ||
    isUnconfirmed(error)
  );
}

/** It was written, but too few have it to count. */
function isUnconfirmed(error: MongoServerError): boolean {
  if (error instanceof MongoBulkWriteError) return error.result.getWriteConcernError() !== undefined;
  return error instanceof MongoWriteConcernError;
}

function nameOf(error: MongoServerError): string {
  return typeof error.codeName === 'string' ? ` ${error.codeName}` : '';
}

function isAny(error: unknown, classes: readonly (abstract new (...args: never[]) => MongoError)[]): boolean {
  return classes.some((errorClass) => error instanceof errorClass);
}
