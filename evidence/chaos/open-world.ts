import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SeededRandom } from '@messaging-system/core/in-memory';
import { type Environment, ServerProcess } from '../support/server-process.ts';
import type { ServerUris, Service } from '../support/service.ts';
import { mongoStore, postgresStore, sqliteStore } from '../support/stores.ts';
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

export interface WorldSetup {
  readonly setup: ChaosSetup;
  readonly servers: ServerUris;
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
    ...(proxies.mongo && { MONGO_URI: `mongodb://127.0.0.1:${proxies.mongo.port}/?directConnection=true` }),
    ...(proxies.redis && { REDIS_URI: `127.0.0.1:${proxies.redis.port}` }),
    ...(proxies.postgres && { POSTGRES_URI: withPort(servers.postgres ?? '', proxies.postgres.port) }),
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

const USUAL_PORTS: Readonly<Record<Service, number>> = { mongo: 27_017, redis: 6_379, postgres: 5_432 };

/** A file, or a database or schema of its own on servers behind proxies, on loopback; the harness looks into it directly. */
async function openStore(
  stack: AsyncDisposableStack,
  servers: ServerUris,
): Promise<Pick<ChaosWorld, 'store' | 'proxies'>> {
  const { mongo, redis, postgres } = servers;
  const proxied = async (service: Service, uri: string): Promise<TcpProxy> =>
    stack.use(await TcpProxy.start(Number(new URL(uri).port || USUAL_PORTS[service])));
  if (postgres !== undefined) {
    const store = stack.use(await postgresStore(postgres));
    return { store, proxies: { postgres: await proxied('postgres', postgres) } };
  }
  if (mongo !== undefined && redis !== undefined) {
    const store = stack.use(await mongoStore(mongo, redis));
    return { store, proxies: { mongo: await proxied('mongo', mongo), redis: await proxied('redis', redis) } };
  }
  return { store: stack.use(await sqliteStore()), proxies: {} };
}

function withPort(uri: string, port: number): string {
  const url = new URL(uri);
  url.port = String(port);
  return url.href;
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
