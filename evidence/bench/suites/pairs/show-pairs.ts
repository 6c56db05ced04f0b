import { spreadOf } from '../../../support/statistics.ts';
import { figure, ratio, table } from '../../report/markdown.ts';
import type { Section } from '../../report/section.ts';
import { CONTENDERS } from '../throughput/contenders.ts';
import { delivered, perSecond } from '../throughput/show-throughput.ts';
import type { ThroughputRun } from '../throughput/throughput-result.ts';
import type { PairResult, PairsResult } from './pairs-result.ts';

export function showPairs({ pairs, rounds, messages, skipped }: PairsResult): Section {
  const rows = pairs.map((pair) => {
    const { median, least, most } = spreadOf(quotients(pair));
    return [
      CONTENDERS[pair.one].title,
      CONTENDERS[pair.other].title + ((pair.otherCheckout ?? null) === null ? '' : ', before'),
      `**${ratio(median)}** (${ratio(least)} – ${ratio(most)})`,
      ratio(loopQuotient(pair)),
      figure(spreadOf(pair.oneRuns.map(perSecond)).median),
      figure(spreadOf(pair.otherRuns.map(perSecond)).median),
      delivered([...pair.oneRuns, ...pair.otherRuns]),
    ];
  });
  return {
    title: 'Side by side',
    text: [
      `What is compared runs next to each other here: in each of ${rounds} rounds one, other, other, one, so that a machine whose speed changes from minute to minute changes it for both; ${messages.toLocaleString('en-US')} messages a run (Agenda: a tenth). \`quotient\`: of the messages a second of the two within a round; the median, least and most of the rounds. \`loop\`: the quotient of the processor time that their event loops used for a message.`,
      table(['one', 'other', 'quotient', 'loop', 'one, messages/s', 'other, messages/s', 'delivered'], rows),
      ...skipped.map((what) => `**Skipped**: ${what}.`),
    ].join('\n\n'),
    plots: [],
  };
}

/** Round by round, of what both delivered in the time that each took for it. */
export function quotients({ oneRuns, otherRuns }: PairResult): readonly number[] {
  const rounds = new Set(oneRuns.map(({ round }) => round));
  return [...rounds].map((round) => {
    const of = (runs: readonly ThroughputRun[]): number => rateOf(runs.filter((run) => run.round === round));
    return of(oneRuns) / of(otherRuns);
  });
}

function rateOf(runs: readonly ThroughputRun[]): number {
  return sum(runs, ({ messages }) => messages) / sum(runs, ({ elapsedMs }) => elapsedMs);
}

function loopQuotient({ oneRuns, otherRuns }: PairResult): number {
  const micros = (runs: readonly ThroughputRun[]): number =>
    sum(runs, ({ loopCpuMs }) => loopCpuMs) / sum(runs, ({ messages }) => messages);
  return micros(oneRuns) / micros(otherRuns);
}

function sum(runs: readonly ThroughputRun[], value: (run: ThroughputRun) => number): number {
  return runs.reduce((total, run) => total + value(run), 0);
}
