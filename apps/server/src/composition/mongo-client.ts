import { mongoClientOptions } from '@messaging-system/adapters-mongo';
import { MongoClient } from 'mongodb';

/**
 * A client that is not connected yet. What the URI says for itself wins: the driver alone would let options in code win, and
 * forget the URI's without a word. @throws as the driver does for a URI that it cannot read
 */
export function mongoClient(uri: string): MongoClient {
  const query = uri.slice(uri.indexOf('?') + 1);
  const said = new Set([...new URLSearchParams(query).keys()].map((name) => name.toLowerCase()));
  const ours = Object.entries(mongoClientOptions).filter(([name]) => !said.has(name.toLowerCase()));
  return new MongoClient(uri, Object.fromEntries(ours));
}
