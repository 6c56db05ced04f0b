import { SqliteStore } from '@messaging-system/adapters-sqlite';
import {
  InvalidOptionsError,
  SentCacheUnavailableError,
  StoreUnavailableError,
} from '@messaging-system/core';
import type { MessageRepository, SentCache } from '@messaging-system/core/adapter';
import type { MongoClient } from 'mongodb';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { StartError } from '../life-cycle/start-error.ts';
import { trySentCache } from './health-checks.ts';

export interface OpenStore {
  readonly repository: MessageRepository;
  /** The one in the same file or schema, if there is one; null: the store keeps messages only. */
  readonly sentCache: SentCache | null;
  /** For log lines; carries no secret. */
  readonly name: string;
  /** The store's warnings so far that somebody should act on; it works meanwhile. */
  readonly warnings: readonly string[];
  /** Tries whether this process hears of what others store: null, or what is wrong. Only where the store can notify. */
  notificationProblem?(): Promise<string | null>;
}

/** The one that is configured, else SQLite; a driver that is not configured is not even loaded. @throws StartError */
export async function openStore(
  config: Config,
  lifetimes: AsyncDisposableStack,
  log?: Logger,
): Promise<OpenStore> {
  const { mongo, postgres } = config;
  if (postgres.uri !== undefined) return openPostgresStore(postgres.uri, config, lifetimes, log);
  if (mongo.uri !== undefined) return openMongoStore(mongo.uri, mongo, lifetimes, log);
  return openSqliteStore(config, lifetimes);
}

/** Messages and sent cache in one file. @throws StartError when it cannot be opened */
async function openSqliteStore(
  { sqlite, redis }: Config,
  lifetimes: AsyncDisposableStack,
): Promise<OpenStore & OpenSentCache> {
  try {
    const store = await SqliteStore.open({ path: sqlite.path, sentCacheTtlMs: redis.ttl });
    lifetimes.defer(() => store.close());
    return {
      repository: store.messages,
      sentCache: store.sentCache,
      name: sqliteStoreName(sqlite),
      warnings: [],
    };
  } catch (error) {
    throw new StartError(`open the SQLite file ${sqlite.path} (SQLITE_PATH sets another file)`, error);
  }
}

/** The name of this configuration's store in log lines; nothing is opened for it. Carries no secret. */
export async function storeName({ mongo, postgres, sqlite }: Config): Promise<string> {
  if (postgres.uri !== undefined) return postgresStoreName(postgres.uri, postgres);
  return mongo.uri === undefined
    ? sqliteStoreName(sqlite)
    : mongoStoreName(await mongoClient(mongo.uri), mongo);
}

function sqliteStoreName({ path }: Config['sqlite']): string {
  return `SQLite ${path}`;
}

function mongoStoreName(client: MongoClient, { database, messageCollection }: Config['mongo']): string {
  return `MongoDB at ${mongoHosts(client)}, ${database}.${messageCollection}`;
}

/** Without user, password and options. */
function mongoHosts({ options }: MongoClient): string {
  return options.srvHost ?? options.hosts.join(',');
}

/**
 * A client that is not connected yet. Options in the URI win: the driver alone would let options in code win, and
 * forget the URI's without a word. @throws as the driver does for a URI that it cannot read
 */
export async function mongoClient(uri: string): Promise<MongoClient> {
  const [driver, adapter] = await Promise.all([
    import('mongodb'),
    import('@messaging-system/adapters-mongo'),
  ]);
  const query = uri.slice(uri.indexOf('?') + 1);
  const said = new Set([...new URLSearchParams(query).keys()].map((name) => name.toLowerCase()));
  const ours = Object.entries(adapter.mongoClientOptions).filter(([name]) => !said.has(name.toLowerCase()));
  return new driver.MongoClient(uri, Object.fromEntries(ours));
}

/** @throws StartError when no primary answers, or refuses what the repository needs */
async function openMongoStore(
  uri: string,
  settings: Config['mongo'],
  lifetimes: AsyncDisposableStack,
  log?: Logger,
): Promise<OpenStore> {
  const { database, messageCollection, changeStreams } = settings;
  const { MongoMessageRepository } = await import('@messaging-system/adapters-mongo');
  const client = await mongoClient(uri);
  lifetimes.defer(() => client.close());
  const name = mongoStoreName(client, settings);
  try {
    await client.connect();
  } catch (error) {
    throw new StartError(`reach MongoDB at ${mongoHosts(client)}`, error);
  }
  const { onWarning, warnings } = warningsTo(log);
  try {
    const db = client.db(database);
    const repository = await MongoMessageRepository.open({
      db,
      collection: messageCollection,
      changeStreams,
      onIndexWait: indexWaitTo(log, 'MongoDB'),
      onWarning,
    });
    return { repository, sentCache: null, name, warnings };
  } catch (error) {
    throw new StartError(`use ${name}`, error);
  }
}

function postgresStoreName(uri: string, { schema }: Config['postgres']): string {
  return `PostgreSQL at ${postgresAddress(uri)}, schema ${schema}`;
}

/** Without user, password and options. The driver chooses the options that the URI leaves out. */
function postgresAddress(uri: string): string {
  const { host, pathname, searchParams } = new URL(uri);
  const server = searchParams.get('host') ?? decodeURIComponent(host);
  return `${server === '' ? 'localhost' : server}${decodeURIComponent(pathname)}`;
}

/**
 * Messages and sent cache in one schema.
 * @throws StartError when no server answers, or refuses what the store needs; InvalidOptionsError
 */
async function openPostgresStore(
  uri: string,
  { postgres, redis }: Config,
  lifetimes: AsyncDisposableStack,
  log?: Logger,
): Promise<OpenStore & OpenSentCache> {
  const { schema, listenUri, maxConnections } = postgres;
  const { PostgresStore } = await import('@messaging-system/adapters-postgres');
  const { onWarning, warnings } = warningsTo(log);
  try {
    const store = await PostgresStore.open({
      uri,
      schema,
      maxConnections,
      sentCacheTtlMs: redis.ttl,
      ...(listenUri === undefined ? {} : { listenUri }),
      onIndexWait: indexWaitTo(log, 'PostgreSQL'),
      onWarning,
    });
    lifetimes.defer(() => store.close());
    const name = postgresStoreName(uri, postgres);
    return {
      repository: store.messages,
      sentCache: store.sentCache,
      name,
      warnings,
      notificationProblem: () => store.notificationProblem(),
    };
  } catch (error) {
    if (error instanceof InvalidOptionsError) throw error;
    throw error instanceof StoreUnavailableError
      ? new StartError(`reach PostgreSQL at ${postgresAddress(uri)}`, error)
      : new StartError(`use ${postgresStoreName(uri, postgres)}`, error);
  }
}

/** Keeps what a store warns of, and has it in the log. */
function warningsTo(log?: Logger) {
  const warnings: string[] = [];
  const onWarning = (text: string): void => {
    warnings.push(text);
    log?.warn(text);
  };
  return { warnings, onWarning };
}

function indexWaitTo(log: Logger | undefined, database: string) {
  return (indexes: readonly string[]): void =>
    log?.info({ indexes }, `waits until ${database} has built the indexes ${indexes.join(', ')}`);
}

export interface OpenSentCache {
  readonly sentCache: SentCache;
  /** For log lines; carries no secret. */
  readonly name: string;
}

/** Redis if it is configured, else the store's own, else one in the SQLite file. @throws StartError for that file only */
export async function openSentCache(
  config: Config,
  store: OpenStore,
  lifetimes: AsyncDisposableStack,
  log: Logger,
): Promise<OpenSentCache> {
  const { redis } = config;
  if (redis.uri !== undefined) return openRedisCache(redis.uri, redis, lifetimes, log);
  if (store.sentCache !== null) return { sentCache: store.sentCache, name: store.name };
  const { sentCache, name } = await openSqliteStore(config, lifetimes);
  return { sentCache, name };
}

/** Never fails for a Redis that does not answer: delivery goes on without it, and it is used as soon as it is there. */
async function openRedisCache(
  uri: string,
  { password, db, ttl, keyPrefix }: Config['redis'],
  lifetimes: AsyncDisposableStack,
  log: Logger,
): Promise<OpenSentCache> {
  const { connectionFault, RedisSentCache, redisAddressName, redisClient } = await import(
    '@messaging-system/adapters-redis'
  );
  const redis = redisClient({ uri, password, db });
  lifetimes.defer(() => redis.disconnect());
  const name = redisAddressName(uri);
  const sentCache = new RedisSentCache(redis, { ttlMs: ttl, keyPrefix });
  // The log has each reason once: while it stays the same, the client's many attempts say nothing new.
  let told: string | null = null;
  const tell = ({ reason, message }: SentCacheUnavailableError): void => {
    if (reason === told) return;
    told = reason;
    log.warn({ reason }, `${name}: ${message}; delivery goes on without it, more copies are possible`);
  };
  const listen = (): void => {
    const fault = connectionFault(redis);
    if (fault !== null) tell(fault);
  };
  redis.on('error', listen);
  redis.on('close', listen);
  redis.on('ready', () => {
    // A connection may be ready in another database than the one that is set.
    listen();
    if (connectionFault(redis) !== null) return;
    if (told !== null) log.info(`${name} can be used again`);
    told = null;
  });
  try {
    await trySentCache(sentCache);
  } catch (error) {
    if (!(error instanceof SentCacheUnavailableError)) throw error;
    if (told === null) tell(error);
  }
  return { sentCache, name };
}
