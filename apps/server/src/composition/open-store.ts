import type { MessageRepository, SentCache } from '@messaging-system/core';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { openMongoStore } from './open-mongo-store.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

export interface OpenStore {
  readonly repository: MessageRepository;
  /** The one in the same file, if it is one; null: the store keeps messages only. */
  readonly sentCache: SentCache | null;
  /** For log lines; carries no secret. */
  readonly name: string;
}

/** MongoDB if it is configured, else SQLite. @throws StartError */
export function openStore(config: Config, lifetimes: AsyncDisposableStack, log?: Logger): Promise<OpenStore> {
  return config.mongo.uri === undefined
    ? openSqliteStore(config, lifetimes)
    : openMongoStore(config.mongo.uri, config.mongo, lifetimes, log);
}
