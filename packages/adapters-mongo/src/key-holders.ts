import { type Message, StoreRejectedError } from '@messaging-system/core';
import type { ClientSession, Collection } from 'mongodb';
import type { IndexNames } from './indexes.ts';
import { readMessage } from './read-message.ts';
import type { StoredDocument } from './stored-document.ts';

/** The messages that hold these idempotency keys, by key. */
export async function findKeyHolders(
  collection: Collection<StoredDocument>,
  indexes: IndexNames,
  keys: readonly string[],
  session?: ClientSession,
): Promise<ReadonlyMap<string, Message>> {
  if (keys.length === 0) return new Map();
  const documents = await collection
    .find(
      // The type repeats the condition of the index, which is used only where the query implies it.
      { idempotencyKey: { $in: [...keys], $type: 'string' } },
      { hint: indexes.idempotencyKey, ...(session === undefined ? {} : { session }) },
    )
    .toArray();
  const holders = new Map<string, Message>();
  for (const document of documents) {
    const message = readMessage(document);
    if (message?.idempotencyKey == null) {
      throw new StoreRejectedError('insert: a document that is no message holds an idempotency key');
    }
    holders.set(message.idempotencyKey, message);
  }
  return holders;
}
