import { describeMachine } from '../../machine.ts';
import { Receiver } from '../../receiver/receiver.ts';
import { openServices } from '../../services/services.ts';
import type { Suite, SuiteOptions } from '../suite.ts';
import { CONTENDERS, type ContenderEntry, type ContenderName } from '../throughput/contenders.ts';
import { CONCURRENCY, measureOnce } from '../throughput/measure-once.ts';
import { perSecond } from '../throughput/show-throughput.ts';
import type { ThroughputRun } from '../throughput/throughput-result.ts';
import type { PairResult, PairsResult } from './pairs-result.ts';
import { showPairs } from './show-pairs.ts';

class MeasuredPair implements PairResult {
  readonly oneRuns: ThroughputRun[] = [];
  readonly otherRuns: ThroughputRun[] = [];
  readonly one: ContenderName;
  readonly other: ContenderName;

  constructor(one: ContenderName, other: ContenderName) {
    this.one = one;
    this.other = other;
  }
}

type Pair = readonly [one: ContenderName, other: ContenderName];

/** Ours, and what it is judged by. */
const PAIRS: readonly Pair[] = [
  ['sqlite-undici', 'bare-undici'],
  ['sqlite-undici', 'graphile-worker'],
  ['sqlite-undici', 'graphile-worker-delayed'],
  ['sqlite-ky', 'bare-ky'],
  ['mongo-undici', 'bare-undici'],
  ['mongo-undici', 'agenda'],
];

/**
 * Two contenders side by side: in every round one, other, other, one. What makes the machine faster or slower from one minute to the next meets
 * both, and what goes on steadily cancels out.
 */
export const pairsSuite: Suite<PairsResult> = { name: 'pairs', run: measure, show: showPairs };

async function measure({ rounds, messages, only, directory, log }: SuiteOptions): Promise<PairsResult> {
  const machine = describeMachine();
  const chosen = PAIRS.filter((pair) => only.length === 0 || pair.some((name) => only.includes(name)));
  const services = await openServices(new Set(chosen.flatMap((pair) => pair.flatMap(needsOf))));
  const receiver = await Receiver.start();
  const whyNot = (pair: Pair): string | null =>
    pair
      .flatMap(needsOf)
      .map((service) => services.whyNot(service))
      .find((why) => why !== null) ?? null;
  const pairs = chosen
    .filter((pair) => whyNot(pair) === null)
    .map(([one, other]) => new MeasuredPair(one, other));
  const runOnce = async (name: ContenderName, round: number): Promise<ThroughputRun> => {
    const runId = `${name}-${crypto.randomUUID()}`;
    return measureOnce(receiver, { name, round, messages, runId, directory, checkout: null });
  };
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const { one, other, oneRuns, otherRuns } of pairs) {
        oneRuns.push(await runOnce(one, round));
        otherRuns.push(await runOnce(other, round), await runOnce(other, round));
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

function needsOf(name: ContenderName): ContenderEntry['needs'] {
  return CONTENDERS[name].needs;
}
