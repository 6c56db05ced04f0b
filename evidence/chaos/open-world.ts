import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SeededRandom } from '@messaging-system/core/in-memory';
import { type Environment, ServerProcess } from '../support/server-process.ts';
import { mongoStore, sqliteStore } from '../support/stores.ts';
import { ChaosReceiver } from './chaos-receiver.ts';
import type { ChaosSetup, ChaosWorld, DispatcherSlot, Policy } from './faults/fault.ts';
import type { StoreCommands } from './store-commands.ts';
import { TcpProxy } from './tcp-proxy.ts';

export const CONCURRENCY = 8;
const LEASE_MS = 3_000;
const SMALL_DISK_BYTES = 64 << 20;

/** Short leases and time-outs, so that every fault is over within seconds and comes many times. */
const SETTINGS: Environment = {
  PROCESSOR_DRAIN: 'true',
  PROCESSOR_INTERVAL: '100ms',
  PROCESSOR_BATCH_SIZE: '32',
  PROCESSOR_CONCURRENCY: String(CONCURRENCY),
  PROCESSOR_LEASE: `${LEASE_MS}ms`,
  PROCESSOR_DRAIN_DEADLINE: '3s',
  CLIENT_TIMEOUT: '1s',
  RETRY_MAX_ATTEMPTS: '100',
  RETRY_BASE_DELAY: '50ms',
  RETRY_FACTOR: '2',
  RETRY_MAX_DELAY: '1s',
  BREAKER_COOLDOWN: '500ms',
  LOG_LEVEL: 'error',
};

/** Where the servers of a scenario on MongoDB are. */
export interface ServerUris {
  readonly mongoUri: string;
  readonly redisUrl: string;
}

export interface WorldSetup {
  readonly setup: ChaosSetup;
  /** Null: a SQLite file. */
  readonly servers: ServerUris | null;
  readonly policy: Policy;
  readonly seed: number;
  readonly commands: StoreCommands | null;
}

/** A store, its proxies, a receiver and the dispatchers of one scenario; all of it ends with the stack. */
export async function openWorld(
  stack: AsyncDisposableStack,
  { setup, servers, policy, seed, commands }: WorldSetup,
): Promise<ChaosWorld> {
  const receiver = stack.use(await ChaosReceiver.start());
  const { store, proxies } = await openStore(stack, servers);
  if (setup.smallDisk === true) await mountSmallDisk(stack, store.folder);
  const environment = {
    ...SETTINGS,
    ...store.environment,
    ...(proxies === null
      ? {}
      : {
          MONGO_URI: `mongodb://127.0.0.1:${proxies.mongo.port}/?directConnection=true`,
          REDIS_URI: `127.0.0.1:${proxies.redis.port}`,
        }),
    CLIENT_URL: receiver.url,
    DELIVERY_AMBIGUITY: policy,
    ...setup.settings,
    ...(setup.smallLogDisk === true ? { LOG_LEVEL: 'info' } : {}),
  };
  const logFolder = join(store.folder, 'log');
  if (setup.smallLogDisk === true) {
    await mkdir(logFolder);
    await mountSmallDisk(stack, logFolder);
  }
  const slots = Array.from({ length: setup.dispatchers ?? 2 }, (_, n) => {
    const log = setup.smallLogDisk === true ? { logFile: join(logFolder, `${n}.log`) } : {};
    return openSlot(stack, () => ServerProcess.start(environment, store.folder, log));
  });
  const dispatchers = await Promise.all(slots);
  const random = new SeededRandom(seed);
  return {
    receiver,
    dispatchers,
    commands,
    proxies,
    store,
    logFolder,
    environment,
    leaseMs: LEASE_MS,
    random: () => random.next(),
  };
}

/** A file, or a database of its own with Redis as the cache, both on loopback behind a proxy; the harness looks into it directly. */
async function openStore(
  stack: AsyncDisposableStack,
  servers: ServerUris | null,
): Promise<Pick<ChaosWorld, 'store' | 'proxies'>> {
  if (servers === null) return { store: stack.use(await sqliteStore()), proxies: null };
  const { mongoUri, redisUrl } = servers;
  const store = stack.use(await mongoStore(mongoUri, redisUrl));
  const mongo = stack.use(await TcpProxy.start(Number(new URL(mongoUri).port || 27_017)));
  const redis = stack.use(await TcpProxy.start(Number(new URL(redisUrl).port || 6_379)));
  return { store, proxies: { mongo, redis } };
}

async function mountSmallDisk(stack: AsyncDisposableStack, folder: string): Promise<void> {
  await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_DISK_BYTES}`, 'tmpfs', folder]);
  stack.defer(async () => {
    await promisify(execFile)('umount', ['--lazy', folder]);
  });
}

async function openSlot(
  stack: AsyncDisposableStack,
  start: () => Promise<ServerProcess>,
): Promise<DispatcherSlot> {
  let process = await start();
  stack.defer(() => process.kill9());
  return {
    get process() {
      return process;
    },
    async restart() {
      process = await start();
    },
  };
}
