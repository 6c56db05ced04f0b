import { MongoMessageRepository } from '@messaging-system/adapters-mongo';
import type { MongoClient } from 'mongodb';
import type { Config } from '../config/config.ts';
import { StartError } from '../life-cycle/start-error.ts';
import { mongoClient } from './mongo-client.ts';
import type { OpenStore } from './open-store.ts';

/** @throws StartError when no primary answers, or refuses what the repository needs */
export async function openMongoStore(
  uri: string,
  { database, messageCollection }: Config['mongo'],
  lifetimes: AsyncDisposableStack,
): Promise<OpenStore> {
  const client = mongoClient(uri);
  lifetimes.defer(() => client.close());
  const where = `MongoDB at ${mongoHosts(client)}`;
  try {
    await client.connect();
  } catch (error) {
    throw new StartError(`reach ${where}`, error);
  }
  try {
    const db = client.db(database);
    const repository = await MongoMessageRepository.open({ db, collection: messageCollection });
    return { repository, sentCache: null, name: `${where}, ${database}.${messageCollection}` };
  } catch (error) {
    throw new StartError(`use ${where}, ${database}.${messageCollection}`, error);
  }
}

/** Without user, password and options. */
function mongoHosts({ options }: MongoClient): string {
  return options.srvHost ?? options.hosts.join(',');
}
