import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosReceiver } from '../chaos/chaos-receiver.ts';
import { openProxiedMongo } from '../chaos/proxied-mongo.ts';
import type { TcpProxy } from '../chaos/tcp-proxy.ts';
import { type Environment, ServerProcess } from '../support/server-process.ts';
import { median, quantile } from '../support/statistics.ts';
import { sqliteStore, type TestStore } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { type FaultTargets, faultsFor } from './faults.ts';
import { startLoad } from './load.ts';
import { MeasuredServer } from './measured-server.ts';
import { RollingMinimum } from './rolling-minimum.ts';
import type { Sample } from './sample.ts';
import { SETTINGS } from './settings.ts';

export interface SoakOptions {
  readonly store: 'sqlite' | 'mongo';
  readonly minutes: number;
  readonly perSecond: number;
  /** From the end of one fault to the next. */
  readonly faultEveryMs: number;
  readonly sampleEveryMs: number;
}

export interface InjectedFault {
  readonly atMs: number;
  readonly title: string;
}

export interface SoakResult {
  readonly samples: readonly Sample[];
  readonly faults: readonly InjectedFault[];
  readonly enqueued: number;
  readonly refused: number;
  readonly delivered: number;
  readonly lost: number;
}

const REST_MS = 120_000;

// In a minute there are hundreds of claims, of which even a busy machine lets one through at once.
const FASTEST_OF_MS = 60_000;

export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  await using stack = new AsyncDisposableStack();
  const receiver = stack.use(await ChaosReceiver.start());
  const { store, proxies, environment } = await openStore(stack, options.store);
  const settings = { ...SETTINGS, ...environment, CLIENT_URL: receiver.url };
  const server = stack.use(await MeasuredServer.start(settings, store.folder));
  const startSecondDispatcher = (): Promise<ServerProcess> =>
    ServerProcess.start({ ...settings, LOG_LEVEL: 'error' }, store.folder);
  const targets: FaultTargets = {
    receiver,
    proxies,
    secondDispatcher: await startSecondDispatcher(),
    startSecondDispatcher,
  };
  stack.defer(() => targets.secondDispatcher.kill9());

  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  const samples: Sample[] = [];
  const fastest = new RollingMinimum(Math.ceil(FASTEST_OF_MS / options.sampleEveryMs));
  const faults: InjectedFault[] = [];
  const endMs = options.minutes * 60_000;
  const load = startLoad(server.url, options.perSecond);

  const sampling = async (): Promise<void> => {
    while (elapsed() < endMs) {
      await sleep(options.sampleEveryMs);
      samples.push(await sampleOf(server, fastest, elapsed()));
    }
  };
  const faulting = async (): Promise<void> => {
    for (let n = 0; ; n += 1) {
      await sleep(options.faultEveryMs);
      if (elapsed() + options.faultEveryMs > endMs) return;
      const all = faultsFor(proxies);
      const fault = all[n % all.length];
      if (fault === undefined) return;
      faults.push({ atMs: elapsed(), title: fault.title });
      await fault.inject(targets);
    }
  };
  await Promise.all([sampling(), faulting()]);
  await load.stop();
  await until('nothing is unsent', async () => (await countsOf(server.url)).unsent === 0, REST_MS);
  const storedStates = await store.storedStates();
  const isLost = (id: string): boolean => storedStates[id]?.status !== 'sent' || receiver.countOf(id) === 0;
  return {
    samples,
    faults,
    enqueued: load.ids.length,
    refused: load.refused,
    delivered: receiver.distinct,
    lost: load.ids.filter(isLost).length,
  };
}

async function sampleOf(server: MeasuredServer, fastest: RollingMinimum, atMs: number): Promise<Sample> {
  const claims = server.takeClaims();
  const counts = await countsOf(server.url);
  return {
    atMs,
    ...(await server.inner()),
    ...(await server.outer()),
    claimFastestMs: fastest.add(claims),
    claimMedianMs: median(claims),
    claimSlowMs: quantile(claims, 0.95),
    load: loadavg()[0] ?? Number.NaN,
    ...counts,
  };
}

async function countsOf(url: string): Promise<{ readonly stored: number; readonly unsent: number }> {
  const response = await fetch(`${url}/processor`);
  // As the API documents it: null while the store does not answer.
  const { counts } = (await response.json()) as { counts: Record<string, { count: number }> | null };
  if (counts === null) return { stored: Number.NaN, unsent: Number.NaN };
  const stored = Object.values(counts).reduce((sum, { count }) => sum + count, 0);
  return { stored, unsent: counts.unsent?.count ?? Number.NaN };
}

interface OpenedStore {
  readonly store: TestStore;
  readonly proxies: readonly TcpProxy[];
  readonly environment: Environment;
}

async function openStore(stack: AsyncDisposableStack, name: 'sqlite' | 'mongo'): Promise<OpenedStore> {
  if (name === 'sqlite') {
    const store = stack.use(await sqliteStore());
    return { store, proxies: [], environment: store.environment };
  }
  const { MONGODB_URI: mongoUri, REDIS_URL: redisUrl } = process.env;
  if (mongoUri === undefined || redisUrl === undefined) {
    throw new Error('--store mongo wants MONGODB_URI and REDIS_URL');
  }
  const { store, environment, mongoProxy, redisProxy } = await openProxiedMongo(stack, mongoUri, redisUrl);
  return { store, proxies: [mongoProxy, redisProxy], environment };
}
