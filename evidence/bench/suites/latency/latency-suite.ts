import { sqliteName } from '../../../../tooling/server-names.ts';
import { quantile, spreadOf } from '../../../support/statistics.ts';
import { describeMachine } from '../../machine.ts';
import { Child } from '../../processes/child.ts';
import { Receiver } from '../../receiver/receiver.ts';
import type { Suite, SuiteOptions } from '../suite.ts';
import type { LatencyCommand } from './latency-protocol.ts';
import type { LatencyResult, LatencyRun } from './latency-result.ts';
import { showLatency } from './show-latency.ts';

const LOADS = [0.1, 0.5, 0.8];
const INTERVAL_MS = 250;

/** From the call that enqueues to the arrival at the webhook, SQLite, one process. */
export const latencySuite: Suite<LatencyResult> = { name: 'latency', run: measure, show: showLatency };

async function measure(options: SuiteOptions): Promise<LatencyResult> {
  const machine = describeMachine();
  const seconds = options.quick ? 3 : 10;
  const receiver = await Receiver.start();
  const capacity = await capacityOf(receiver, options);
  options.log(`capacity ${Math.round(capacity)}/s`);
  const collected = new Map<string, { run: Omit<LatencyRun, Figures>; latencies: number[] }>();
  for (let round = 0; round < options.rounds; round += 1) {
    for (const wakesUp of [true, false]) {
      for (const load of LOADS) {
        const perSecond = capacity * load;
        const latencies = await runOnce(receiver, options, { wakesUp, perSecond, seconds });
        const key = `${wakesUp} ${load}`;
        const known = collected.get(key) ?? {
          run: { wakesUp, load, perSecond, messages: 0 },
          latencies: [],
        };
        known.latencies.push(...latencies);
        collected.set(key, known);
        options.log(
          `${wakesUp ? 'woken' : 'polling'} at ${load * 100} %: p99 ${quantile(latencies, 0.99).toFixed(1)} ms`,
        );
      }
    }
  }
  await receiver.stop();
  const runs = [...collected.values()].map(
    ({ run, latencies }): LatencyRun => ({
      ...run,
      messages: latencies.length,
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      p999Ms: quantile(latencies, 0.999),
      mostMs: quantile(latencies, 1),
    }),
  );
  return {
    machine,
    versions: { sqlite: sqliteName() },
    capacity,
    seconds: seconds * options.rounds,
    intervalMs: INTERVAL_MS,
    runs,
  };
}

type Figures = 'p50Ms' | 'p99Ms' | 'p999Ms' | 'mostMs';

async function capacityOf(receiver: Receiver, options: SuiteOptions): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const child = await open(receiver, options, true);
    const flood = (messages: number): Promise<number> =>
      child.ask<number>({ kind: 'flood', messages } satisfies LatencyCommand);
    await flood(Math.round(options.messages / 10));
    rates.push(await flood(Math.round(options.messages / 2)));
    await child.end({ kind: 'end' } satisfies LatencyCommand);
  }
  return spreadOf(rates).median;
}

async function runOnce(
  receiver: Receiver,
  options: SuiteOptions,
  { wakesUp, perSecond, seconds }: { wakesUp: boolean; perSecond: number; seconds: number },
): Promise<readonly number[]> {
  const child = await open(receiver, options, wakesUp);
  await child.ask({ kind: 'load', perSecond, seconds: 1 } satisfies LatencyCommand);
  await receiver.reset();
  const sent = await child.ask<number>({ kind: 'load', perSecond, seconds } satisfies LatencyCommand);
  const latencies = await receiver.latencies();
  await child.end({ kind: 'end' } satisfies LatencyCommand);
  if (latencies.length !== sent) throw new Error(`${sent} were enqueued, ${latencies.length} arrived`);
  return latencies;
}

let opened = 0;

async function open(receiver: Receiver, { directory }: SuiteOptions, wakesUp: boolean): Promise<Child> {
  opened += 1;
  const child = new Child(new URL('latency-main.ts', import.meta.url), 'the application');
  const runId = `latency-${process.pid}-${opened}`;
  await child.ask({
    kind: 'open',
    receiverUrl: receiver.timedUrl,
    directory,
    runId,
    wakesUp,
    intervalMs: INTERVAL_MS,
  } satisfies LatencyCommand);
  return child;
}
