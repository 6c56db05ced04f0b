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
 * A server's answers when the same operation would be refused again until somebody changes something: the
 * command, the document, an index, a right, a quota. Nothing was changed. Every other code may pass, also one
 * that is not known here: a cluster has many ways to be busy with itself, new versions bring new ones, and
 * a caller that gets `unavailable` repeats and loses nothing.
 * @see https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
 */
const LASTING = {
  BadValue: 2,
  FailedToParse: 9,
  CannotMutateObject: 10,
  UserNotFound: 11,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  AuthenticationFailed: 18,
  IllegalOperation: 20,
  InvalidBSON: 22,
  PathNotViable: 28,
  InvalidPath: 30,
  RoleNotFound: 31,
  ConflictingUpdateOperators: 40,
  NamespaceExists: 48,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  EmptyFieldName: 56,
  DottedFieldName: 57,
  CommandNotFound: 59,
  ShardKeyNotFound: 61,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  IndexAlreadyExists: 68,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  CommandNotSupported: 115,
  DocumentValidationFailure: 121,
  NotAReplicaSet: 123,
  ReadConcernMajorityNotEnabled: 148,
  CommandNotSupportedOnView: 166,
  OptionNotSupportedOnView: 167,
  InvalidPipelineOperator: 168,
  CannotIndexParallelArrays: 171,
  InvalidIndexSpecificationOption: 197,
  CannotBuildIndexKeys: 201,
  AuthenticationRestrictionUnmet: 214,
  QueryFeatureNotAllowed: 224,
  NotImplemented: 238,
  TransactionTooLarge: 257,
  OperationNotSupportedInTransaction: 263,
  APIVersionError: 322,
  APIStrictError: 323,
  APIDeprecationError: 324,
  APIMismatchError: 347,
  NonConformantBSON: 378,
  QueryRejectedBySettings: 411,
  AtlasError: 8_000,
  BSONObjectTooLarge: 10_334,
  DuplicateKey: 11_000,
  OutOfDiskSpace: 14_031,
  KeyTooLong: 17_280,
  ResultingDocumentTooLarge: 17_419,
  UpdatedDocumentTooLarge: 17_420,
  UnrecognizedPipelineStage: 40_324,
  IDLFailedToParse: 40_414,
  IDLUnknownField: 40_415,
  OnlyOnReplicaSets: 40_573,
};

const LASTING_CODES: ReadonlySet<unknown> = new Set(Object.values(LASTING));

/** Other codes that this package looks for. */
const OTHERS = {
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  WriteConflict: 112,
  // Of Amazon DocumentDB: a feature, or a stage, that is not supported.
  FeatureNotSupported: 303,
  StageNotSupported: 304,
};

/** Every code that this package looks for, by the server's name for it. */
export const CODES: Readonly<Record<keyof typeof LASTING | keyof typeof OTHERS, number>> = {
  ...LASTING,
  ...OTHERS,
};

/** Whether a server answered with one of these codes. */
export function hasCode(
  error: unknown,
  ...names: readonly (keyof typeof CODES)[]
): error is MongoServerError {
  return error instanceof MongoServerError && names.some((name) => CODES[name] === error.code);
}

/**
 * Whether the server could not change a document for what is in it, whatever becomes of the others: a
 * validator refuses it, an index cannot have it, or it would be larger than a document may be.
 */
export function isDocumentRefused(error: unknown): boolean {
  return hasCode(
    error,
    'DocumentValidationFailure',
    'CannotIndexParallelArrays',
    'BSONObjectTooLarge',
    'DuplicateKey',
    'ResultingDocumentTooLarge',
  );
}

/** The labels of an error that may pass, whatever its code. */
const PASSING_LABELS = [
  'RetryableWriteError',
  'RetryableReadError',
  'RetryableError',
  'SystemOverloadedError',
  'TransientTransactionError',
];

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
 * The same in the caller's transaction. The errors that the transaction protocol works by are the driver's
 * own.
 */
export async function inTransaction<Result>(what: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const isProtocol = error instanceof MongoError && error.hasErrorLabel('TransientTransactionError');
    throw isProtocol ? error : storeFault(what, error);
  }
}

/**
 * The driver's error as a fault of core. The text names the operation and the driver's code and never
 * repeats what a server wrote: its messages quote commands, with phone numbers and contents. An error that
 * does not come from the driver stays as it is.
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

/** Whether the same operation may succeed later without a change. */
export function isPassing(error: MongoServerError): boolean {
  return (
    // A bulk write wraps what the driver itself met, and that has no code of a server.
    typeof error.code !== 'number' ||
    !LASTING_CODES.has(error.code) ||
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
