import { MongoError } from 'mongodb';
import { storeFault } from './faults.ts';

/** Runs an operation in the caller's transaction. The errors that the transaction protocol works by are the driver's own. */
export async function inTransaction<Result>(what: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const isProtocol = error instanceof MongoError && error.hasErrorLabel('TransientTransactionError');
    throw isProtocol ? error : storeFault(what, error);
  }
}
