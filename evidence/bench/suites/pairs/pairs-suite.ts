import { describeMachine } from '../../machine.ts';
import { Receiver } from '../../receiver/receiver.ts';
import { openServices, type ServiceName } from '../../services/services.ts';
import type { Suite, SuiteOptions } from '../suite.ts';
import { CONTENDERS, type ContenderName } from '../throughput/contenders.ts';
import { CONCURRENCY, measureOnce } from '../throughput/run-contender.ts';
import { perSecond, type ThroughputRun } from '../throughput/show-throughput.ts';
import { type PairsResult, showPairs } from './show-pairs.ts';

type Pair = readonly [one: ContenderName, other: ContenderName];

/** Ours, and what it is judged by. */
const PAIRS: readonly Pair[] = [
  ['sqlite-undici', 'bare-undici'],
  ['sqlite-undici', 'graphile-worker'],
  ['sqlite-undici', 'graphile-worker-delayed'],
  ['sqlite-ky', 'bare-ky'],
  ['postgres-undici', 'graphile-worker'],
  ['postgres-undici', 'graphile-worker-delayed'],
  ['postgres-undici', 'pg-boss'],
  ['mongo-undici', 'bare-undici'],
  ['mongo-undici', 'agenda'],
];

/** Ours compared with itself in another checkout. */
const AGAINST: readonly Pair[] = [
  ['sqlite-undici', 'sqlite-undici'],
  ['sqlite-ky', 'sqlite-ky'],
  ['mongo-undici', 'mongo-undici'],
  ['postgres-undici', 'postgres-undici'],
];

/**
 * Two contenders side by side: in every round one, other, other, one. Changes of the machine's speed from one minute to the next meet
 * both, and steady ones cancel out.
 */
export const pairsSuite: Suite<PairsResult> = { name: 'pairs', run: measure, show: showPairs };

async function measure(options: SuiteOptions): Promise<PairsResult> {
  const { rounds, messages, only, against, directory, log } = options;
  const machine = describeMachine();
  const chosen = (against === null ? PAIRS : AGAINST).filter(
    (pair) => only.length === 0 || pair.some((name) => only.includes(name)),
  );
  const services = await openServices(new Set(chosen.flatMap((pair) => pair.flatMap(needsOf))));
  const receiver = await Receiver.start();
  const whyNot = (pair: Pair): string | null => services.whyNot(pair.flatMap(needsOf));
  const pairs = chosen.filter((pair) => whyNot(pair) === null).map(measuredPair);
  function measuredPair([one, other]: Pair) {
    const runs: { oneRuns: ThroughputRun[]; otherRuns: ThroughputRun[] } = { oneRuns: [], otherRuns: [] };
    return { one, other, otherCheckout: against, ...runs };
  }
  const runOnce = async (
    name: ContenderName,
    round: number,
    checkout: string | null = null,
  ): Promise<ThroughputRun> => {
    const runId = `${name}-${crypto.randomUUID()}`;
    return measureOnce(receiver, { name, round, messages, runId, directory, checkout });
  };
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const { one, other, otherCheckout, oneRuns, otherRuns } of pairs) {
        const runOther = (): Promise<ThroughputRun> => runOnce(other, round, otherCheckout);
        oneRuns.push(await runOnce(one, round));
        otherRuns.push(await runOther(), await runOther());
        oneRuns.push(await runOnce(one, round));
        const rates = [...oneRuns.slice(-2), ...otherRuns.slice(-2)].map((run) => Math.round(perSecond(run)));
        log(
          `round ${round + 1}  ${one} ${rates.slice(0, 2).join(', ')}/s  ${other} ${rates.slice(2).join(', ')}/s`,
        );
      }
    }
  } finally {
    await receiver.stop();
    await services.stop();
  }
  const skipped = chosen.flatMap((pair) => {
    const why = whyNot(pair);
    return why === null ? [] : [`${pair.join(' and ')} (${why})`];
  });
  return { machine, versions: services.versions, concurrency: CONCURRENCY, rounds, messages, pairs, skipped };
}

function needsOf(name: ContenderName): readonly ServiceName[] {
  return CONTENDERS[name].needs;
}
