import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { openWorld } from '../chaos/open-world.ts';
import type { ServerUris } from '../support/service.ts';
import { median, quantile } from '../support/statistics.ts';
import { until } from '../support/until.ts';
import { faultsFor } from './faults.ts';
import { startLoad } from './load.ts';
import { MeasuredServer } from './measured-server.ts';
import { RollingMinimum } from './rolling-minimum.ts';
import type { Sample } from './sample.ts';

export interface SoakOptions {
  readonly servers: ServerUris;
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

/** In addition to those of the chaos run, and slower than there: it goes on for longer. */
const SETTINGS = {
  PROCESSOR_INTERVAL: '200ms',
  PROCESSOR_CONCURRENCY: '16',
  PROCESSOR_LEASE: '5s',
  RETRY_MAX_ATTEMPTS: '200',
  RETRY_BASE_DELAY: '100ms',
  RETRY_MAX_DELAY: '2s',
};

const REST_MS = 120_000;

// In a minute there are hundreds of claims, of which even a busy machine lets one through at once.
const FASTEST_OF_MS = 60_000;

export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  await using stack = new AsyncDisposableStack();
  const setup = { dispatchers: 1, settings: SETTINGS };
  const { servers } = options;
  const world = await openWorld(stack, { setup, servers, policy: 'resend', seed: 1, commands: null });
  const { receiver, store } = world;
  const server = stack.use(await MeasuredServer.start(world.environment, store.folder));

  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  const samples: Sample[] = [];
  const fastest = new RollingMinimum(Math.ceil(FASTEST_OF_MS / options.sampleEveryMs));
  const faults: InjectedFault[] = [];
  const endMs = options.minutes * 60_000;
  const load = startLoad(server.process, options.perSecond);

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
      const all = faultsFor(world);
      const fault = all[n % all.length];
      if (fault === undefined) return;
      faults.push({ atMs: elapsed(), title: fault.title });
      await fault.inject(world);
    }
  };
  await Promise.all([sampling(), faulting()]);
  await load.stop();
  await until('nothing is unsent', async () => (await countsOf(server)).unsent === 0, REST_MS);
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
  const counts = await countsOf(server);
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

async function countsOf({
  process,
}: MeasuredServer): Promise<{ readonly stored: number; readonly unsent: number }> {
  // As the API documents it: null while the store does not answer.
  type Counts = { readonly counts: Readonly<Record<string, { readonly count: number }>> | null };
  const { counts } = (await process.get<Counts>('/processor')).body;
  if (counts === null) return { stored: Number.NaN, unsent: Number.NaN };
  const stored = Object.values(counts).reduce((sum, { count }) => sum + count, 0);
  return { stored, unsent: counts.unsent?.count ?? Number.NaN };
}
