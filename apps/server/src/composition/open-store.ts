import type { MessageRepository, SentCache } from '@messaging-system/core';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

export interface OpenStore {
  readonly repository: MessageRepository;
  /** The one in the same file, if it is one; null: the store keeps messages only. */
  readonly sentCache: SentCache | null;
  /** For log lines; carries no secret. */
  readonly name: string;
  /** What the store told so far that somebody should put right; it works meanwhile. */
  readonly warnings: readonly string[];
}

/** MongoDB if it is configured, else SQLite; the driver of the other is not even loaded. @throws StartError */
export async function openStore(
  config: Config,
  lifetimes: AsyncDisposableStack,
  log?: Logger,
): Promise<OpenStore> {
  const { mongo } = config;
  if (mongo.uri === undefined) return openSqliteStore(config, lifetimes);
  const { openMongoStore } = await import('./open-mongo-store.ts');
  return openMongoStore(mongo.uri, mongo, lifetimes, log);
}
