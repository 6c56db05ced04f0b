import type { Collection } from 'mongodb';
import { decodeIds, encodeId } from './document-id.ts';
import type { StoredDocument } from './stored-document.ts';

/** Removes messages that were just stored, unless a claim came first. Returns the ids of those that stay. */
export async function takeBack(
  collection: Collection<StoredDocument>,
  messages: readonly { readonly id: string }[],
): Promise<ReadonlySet<string>> {
  if (messages.length === 0) return new Set();
  const byId = { _id: { $in: [...decodeIds(messages.map(({ id }) => id))] } };
  // Without a lease and without an attempt nobody can have begun to send it.
  const { deletedCount } = await collection.deleteMany({
    ...byId,
    status: 'unsent',
    leaseToken: null,
    attempts: null,
    history: null,
  });
  if (deletedCount === messages.length) return new Set();
  const left = await collection.find(byId, { projection: { _id: 1 } }).toArray();
  return new Set(left.map(({ _id }) => encodeId(_id)));
}
