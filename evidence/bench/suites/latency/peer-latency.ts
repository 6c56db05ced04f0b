import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../../../support/statistics.ts';
import { AskedChild } from '../../processes/asked-child.ts';
import type { Receiver } from '../../receiver/receiver.ts';
import { openServices } from '../../services/services.ts';
import type { SuiteOptions } from '../suite.ts';
import type { ContenderAnswers } from '../throughput/contender-main.ts';
import { CONTENDERS, type ContenderEntry, type ContenderName } from '../throughput/contenders.ts';
import { CONCURRENCY } from '../throughput/run-contender.ts';

/** Messages a second. */
const RATES = [500, 2_000];

const MEASURED: readonly ContenderName[] = [
  'sqlite-undici',
  'postgres-undici',
  'mongo-undici',
  'graphile-worker',
  'pg-boss',
  'bullmq',
];

const POLL_MS = 20;
// A contender that does not keep up shows it in its figures, not in an endless run.
const LONGEST_WAIT_MS = 60_000;

export interface PeerLatency {
  readonly name: ContenderName;
  readonly perSecond: number;
  readonly messages: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
}

export interface PeerLatencies {
  readonly peers: readonly PeerLatency[];
  readonly versions: Readonly<Record<string, string>>;
  readonly skipped: readonly string[];
}

/** The time between the call that enqueues and the arrival at the webhook, each with the wake-up that it has, in turns. */
export async function measurePeers(
  receiver: Receiver,
  options: SuiteOptions,
  seconds: number,
): Promise<PeerLatencies> {
  const services = await openServices(new Set(MEASURED.flatMap((name) => entryOf(name).needs)));
  const why = (name: ContenderName): string | null => services.whyNot(entryOf(name).needs);
  const runs = MEASURED.filter((name) => why(name) === null).flatMap((name) =>
    RATES.map((perSecond) => ({ name, perSecond, latencies: [] as number[] })),
  );
  for (let round = 0; round < options.rounds; round += 1) {
    for (const { name, perSecond, latencies } of runs) {
      const seen = await runOnce(receiver, options, { name, perSecond, seconds });
      latencies.push(...seen);
      options.log(`${name} at ${perSecond}/s: p50 ${quantile(seen, 0.5).toFixed(1)} ms`);
    }
  }
  await services.stop();
  return {
    peers: runs.map(({ latencies, ...run }) => ({
      ...run,
      messages: latencies.length,
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      mostMs: quantile(latencies, 1),
    })),
    versions: services.versions,
    skipped: MEASURED.flatMap((name) => why(name) ?? []),
  };
}

async function runOnce(
  receiver: Receiver,
  { directory }: SuiteOptions,
  { name, perSecond, seconds }: { name: ContenderName; perSecond: number; seconds: number },
): Promise<readonly number[]> {
  const file = new URL('../throughput/contender-main.ts', import.meta.url);
  const child = new AskedChild<ContenderAnswers>(file, name);
  const runId = `latency-${name}-${crypto.randomUUID()}`;
  const setup = { receiverUrl: receiver.timedUrl, concurrency: CONCURRENCY, runId, directory };
  const order = { name, setup, warmUp: 1_000, messages: 0, enqueues: false, profile: null };
  await child.ask('order', { order });
  await receiver.reset();
  const warm = await child.ask('load', { perSecond, seconds: 1 });
  await untilReceived(receiver, warm);
  await receiver.reset();
  const sent = await child.ask('load', { perSecond, seconds });
  await untilReceived(receiver, sent);
  const latencies = await receiver.latencies();
  await child.end('close');
  return latencies;
}

/** @throws when they do not all arrive */
async function untilReceived(receiver: Receiver, count: number): Promise<void> {
  const endsAt = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const { distinct } = await receiver.counts();
    if (distinct >= count) return;
    if (performance.now() > endsAt) throw new Error(`${count} were enqueued, ${distinct} arrived`);
    await sleep(POLL_MS);
  }
}

function entryOf(name: ContenderName): ContenderEntry {
  return CONTENDERS[name];
}
