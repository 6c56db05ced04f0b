import type { InsertResult } from '@messaging-system/core';
import { type ClientSession, MongoError } from 'mongodb';
import { storeFault } from './faults.ts';
import type { MessageFinder } from './message-finder.ts';
import type { WakeUps } from './wake-ups.ts';

/** Runs an operation in the caller's transaction. The errors that the transaction protocol works by are the driver's own. */
export async function inTransaction<Result>(what: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const isProtocol = error instanceof MongoError && error.hasErrorLabel('TransientTransactionError');
    throw isProtocol ? error : storeFault(what, error);
  }
}

/**
 * Wakes up when the session has ended and the message is there. A session tells of its end but of no commit, and a wake-up
 * before the commit would find nothing.
 */
export function wakeAfterCommit(
  session: ClientSession,
  result: InsertResult,
  finder: MessageFinder,
  wakeUps: WakeUps,
): void {
  const stored = result.kind === 'inserted' ? result.items.find(({ kind }) => kind === 'stored') : undefined;
  if (stored === undefined) return;
  session.once('ended', () => {
    finder.findById(stored.message.id).then(
      (message) => {
        if (message !== null) wakeUps.wake();
      },
      () => undefined,
    );
  });
}
