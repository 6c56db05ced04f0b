import { quantile, spreadOf } from '../../../support/statistics.ts';
import { describeMachine } from '../../machine.ts';
import { AskedChild } from '../../processes/asked-child.ts';
import { Receiver } from '../../receiver/receiver.ts';
import type { Suite, SuiteOptions } from '../suite.ts';
import type { LatencyAnswers } from './latency-main.ts';
import { measurePeers } from './peer-latency.ts';
import { type LatencyResult, showLatency } from './show-latency.ts';

const LOADS = [0.1, 0.5, 0.8];
const INTERVAL_MS = 250;

/** From the call that enqueues to the arrival at the webhook, in one process: SQLite at shares of its capacity, every store and peer at given rates. */
export const latencySuite: Suite<LatencyResult> = { name: 'latency', run: measure, show: showLatency };

async function measure(options: SuiteOptions): Promise<LatencyResult> {
  const machine = describeMachine();
  const seconds = options.quick ? 3 : 10;
  const receiver = await Receiver.start();
  const capacity = await capacityOf(receiver, options);
  options.log(`capacity ${Math.round(capacity)}/s`);
  const measured = [true, false].flatMap((wakesUp) =>
    LOADS.map((load) => ({ wakesUp, load, perSecond: capacity * load, latencies: [] as number[] })),
  );
  for (let round = 0; round < options.rounds; round += 1) {
    for (const { wakesUp, load, perSecond, latencies } of measured) {
      const seen = await runOnce(receiver, options, { wakesUp, perSecond, seconds });
      latencies.push(...seen);
      const way = wakesUp ? 'woken' : 'polling';
      options.log(`${way} at ${load * 100} %: p99 ${quantile(seen, 0.99).toFixed(1)} ms`);
    }
  }
  const { peers, versions, skipped } = await measurePeers(receiver, options, seconds);
  await receiver.stop();
  const runs = measured.map(({ latencies, ...run }) => ({
    ...run,
    messages: latencies.length,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    p999Ms: quantile(latencies, 0.999),
    mostMs: quantile(latencies, 1),
  }));
  const all = seconds * options.rounds;
  return { machine, versions, capacity, seconds: all, intervalMs: INTERVAL_MS, runs, peers, skipped };
}

async function capacityOf(receiver: Receiver, options: SuiteOptions): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const child = await open(receiver, options, true);
    await child.ask('flood', { messages: Math.round(options.messages / 10) });
    rates.push(await child.ask('flood', { messages: Math.round(options.messages / 2) }));
    await child.end();
  }
  return spreadOf(rates).median;
}

async function runOnce(
  receiver: Receiver,
  options: SuiteOptions,
  { wakesUp, perSecond, seconds }: { wakesUp: boolean; perSecond: number; seconds: number },
): Promise<readonly number[]> {
  const child = await open(receiver, options, wakesUp);
  await child.ask('load', { perSecond, seconds: 1 });
  await receiver.reset();
  const sent = await child.ask('load', { perSecond, seconds });
  const latencies = await receiver.latencies();
  await child.end();
  if (latencies.length !== sent) throw new Error(`${sent} were enqueued, ${latencies.length} arrived`);
  return latencies;
}

let opened = 0;

async function open(
  receiver: Receiver,
  { directory }: SuiteOptions,
  wakesUp: boolean,
): Promise<AskedChild<LatencyAnswers>> {
  opened += 1;
  const file = new URL('latency-main.ts', import.meta.url);
  const child = new AskedChild<LatencyAnswers>(file, 'the application');
  const runId = `latency-${process.pid}-${opened}`;
  const { timedUrl: receiverUrl } = receiver;
  await child.ask('open', { receiverUrl, directory, runId, wakesUp, intervalMs: INTERVAL_MS });
  return child;
}
