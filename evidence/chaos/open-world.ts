import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Environment, ServerProcess } from '../support/server-process.ts';
import { sqliteStore, type TestStore } from '../support/stores.ts';
import { ChaosReceiver } from './chaos-receiver.ts';
import type { ChaosWorld, DispatcherSlot, StoreName } from './chaos-world.ts';
import type { ChaosFault } from './faults/fault.ts';
import { openProxiedMongo } from './proxied-mongo.ts';
import { ScheduleRandom } from './schedule-random.ts';
import type { StoreCommands } from './store-commands.ts';
import type { TcpProxy } from './tcp-proxy.ts';

export type Policy = 'resend' | 'hold';

export const CONCURRENCY = 8;
const LEASE_MS = 3_000;
const SMALL_DISK_BYTES = 64 << 20;

const SETTINGS: Environment = {
  PROCESSOR_DRAIN: 'true',
  PROCESSOR_INTERVAL: '100ms',
  PROCESSOR_BATCH_SIZE: '32',
  PROCESSOR_CONCURRENCY: String(CONCURRENCY),
  PROCESSOR_RATE_PER_SECOND: '120',
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

/** A store, its proxies, a receiver and the dispatchers of one scenario; all of it ends with the stack. */
export async function openWorld(
  stack: AsyncDisposableStack,
  scenario: {
    readonly fault: ChaosFault;
    readonly store: StoreName;
    readonly policy: Policy;
    readonly seed: number;
  },
  commands: StoreCommands | null,
): Promise<ChaosWorld> {
  const { fault, store, policy, seed } = scenario;
  const receiver = stack.use(await ChaosReceiver.start());
  const opened = store === 'mongo' ? await openMongo(stack, commands) : await openSqlite(stack, fault);
  const environment = {
    ...SETTINGS,
    ...opened.environment,
    CLIENT_URL: receiver.url,
    DELIVERY_AMBIGUITY: policy,
    ...fault.settings,
    ...(fault.smallLogDisk === true ? { LOG_LEVEL: 'info' } : {}),
  };
  const logFolder = join(opened.store.folder, 'log');
  if (fault.smallLogDisk === true) {
    await mkdir(logFolder);
    await mountSmallDisk(stack, logFolder);
  }
  const dispatchers = await Promise.all(
    Array.from({ length: fault.dispatchers ?? 2 }, (_, n) =>
      openSlot(stack, environment, {
        cwd: opened.store.folder,
        ...(fault.smallLogDisk === true ? { logFile: join(logFolder, `${n}.log`) } : {}),
      }),
    ),
  );
  return {
    store,
    receiver,
    dispatchers,
    commands,
    random: new ScheduleRandom(seed),
    leaseMs: LEASE_MS,
    mongoProxy: opened.mongoProxy,
    redisProxy: opened.redisProxy,
    folder: opened.store.folder,
    logFolder,
    storedStates: () => opened.store.storedStates(),
    ambiguousIds: () => opened.store.ambiguousIds(),
  };
}

interface OpenedStore {
  readonly store: TestStore;
  readonly environment: Environment;
  readonly mongoProxy: TcpProxy | null;
  readonly redisProxy: TcpProxy | null;
}

async function openSqlite(stack: AsyncDisposableStack, fault: ChaosFault): Promise<OpenedStore> {
  const store = stack.use(await sqliteStore());
  if (fault.smallDisk === true) await mountSmallDisk(stack, store.folder);
  return { store, environment: store.environment, mongoProxy: null, redisProxy: null };
}

async function mountSmallDisk(stack: AsyncDisposableStack, folder: string): Promise<void> {
  await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_DISK_BYTES}`, 'tmpfs', folder]);
  stack.defer(async () => {
    await promisify(execFile)('umount', ['--lazy', folder]);
  });
}

async function openMongo(stack: AsyncDisposableStack, commands: StoreCommands | null): Promise<OpenedStore> {
  if (commands === null)
    throw new Error(
      'MongoDB wants store commands: set SERVICES_COMMAND, or CHAOS_START, CHAOS_KILL, CHAOS_WIPE',
    );
  await commands.start('mongo');
  await commands.start('redis');
  return openProxiedMongo(
    stack,
    `mongodb://127.0.0.1:${commands.mongoPort}/?directConnection=true`,
    `redis://127.0.0.1:${commands.redisPort}`,
  );
}

async function openSlot(
  stack: AsyncDisposableStack,
  environment: Environment,
  place: { readonly cwd: string; readonly logFile?: string },
): Promise<DispatcherSlot> {
  let process = await ServerProcess.start(environment, place.cwd, place);
  stack.defer(() => process.kill9());
  return {
    get process() {
      return process;
    },
    async restart() {
      process = await ServerProcess.start(environment, place.cwd, place);
    },
  };
}
