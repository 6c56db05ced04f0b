import { MongoMessageRepository } from '@messaging-system/adapters-mongo';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { StartError } from '../life-cycle/start-error.ts';
import { mongoClient } from './mongo-client.ts';
import type { OpenStore } from './open-store.ts';
import { mongoHosts, mongoStoreName } from './store-name.ts';

/** @throws StartError when no primary answers, or refuses what the repository needs */
export async function openMongoStore(
  uri: string,
  settings: Config['mongo'],
  lifetimes: AsyncDisposableStack,
  log?: Logger,
): Promise<OpenStore> {
  const { database, messageCollection, changeStreams } = settings;
  const client = mongoClient(uri);
  lifetimes.defer(() => client.close());
  const name = mongoStoreName(client, settings);
  try {
    await client.connect();
  } catch (error) {
    throw new StartError(`reach MongoDB at ${mongoHosts(client)}`, error);
  }
  const warnings: string[] = [];
  try {
    const db = client.db(database);
    const repository = await MongoMessageRepository.open({
      db,
      collection: messageCollection,
      changeStreams,
      onIndexWait: (indexes) =>
        log?.info({ indexes }, `waits until MongoDB has built the indexes ${indexes.join(', ')}`),
      onWarning: (text) => {
        warnings.push(text);
        log?.warn(text);
      },
    });
    return { repository, sentCache: null, name, warnings };
  } catch (error) {
    throw new StartError(`use ${name}`, error);
  }
}
