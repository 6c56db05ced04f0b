import { MongoServerError } from 'mongodb';

/**
 * What a server answers when one document cannot be changed, whatever becomes of the others: a validator refuses it, an index cannot have it, or
 * it would be larger than a document may be.
 * @see https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
 */
const DOCUMENT_REFUSED: ReadonlySet<unknown> = new Set(
  Object.values({
    DocumentValidationFailure: 121,
    CannotIndexParallelArrays: 171,
    BSONObjectTooLarge: 10_334,
    DuplicateKey: 11_000,
    ResultingDocumentTooLarge: 17_419,
  }),
);

/** Whether the server could not change a document for what is in it. */
export function isDocumentRefused(error: unknown): boolean {
  return error instanceof MongoServerError && DOCUMENT_REFUSED.has(error.code);
}
