import { spreadOf } from '../../../support/statistics.ts';
import { figure, ratio, tableOf } from '../../report/markdown.ts';
import type { Section } from '../../report/section.ts';
import type { SuiteResult } from '../suite.ts';
import { CONTENDERS, type ContenderName } from '../throughput/contenders.ts';
import { delivered, perSecond, type ThroughputRun } from '../throughput/show-throughput.ts';

export interface PairResult {
  readonly one: ContenderName;
  readonly other: ContenderName;
  /** Whose sources the other one runs; null: this checkout's, as the one does. */
  readonly otherCheckout?: string | null;
  readonly oneRuns: readonly ThroughputRun[];
  readonly otherRuns: readonly ThroughputRun[];
}

export interface PairsResult extends SuiteResult {
  readonly concurrency: number;
  readonly rounds: number;
  /** A run; fewer where a contender delivers its share only. */
  readonly messages: number;
  readonly pairs: readonly PairResult[];
  readonly skipped: readonly string[];
}

export function showPairs({ pairs, rounds, messages, skipped }: PairsResult): Section {
  return {
    title: 'Side by side',
    text: [
      `The compared versions run next to each other here: in each of ${rounds} rounds one, other, other, one, so that a machine whose speed changes from minute to minute changes it for both; ${messages.toLocaleString('en-US')} messages a run (Agenda: a tenth). \`quotient\`: of the messages a second of the two within a round; the median, least and most of the rounds. \`loop\`: the quotient of the processor time that their event loops used for a message.`,
      tableOf(pairs, {
        one: ({ one }) => CONTENDERS[one].title,
        other: ({ other, otherCheckout = null }) =>
          CONTENDERS[other].title + (otherCheckout === null ? '' : ', before'),
        quotient: (pair) => {
          const { median, least, most } = spreadOf(quotients(pair));
          return `**${ratio(median)}** (${ratio(least)} – ${ratio(most)})`;
        },
        loop: (pair) => ratio(loopQuotient(pair)),
        'one, messages/s': ({ oneRuns }) => figure(spreadOf(oneRuns.map(perSecond)).median),
        'other, messages/s': ({ otherRuns }) => figure(spreadOf(otherRuns.map(perSecond)).median),
        delivered: ({ oneRuns, otherRuns }) => delivered([...oneRuns, ...otherRuns]),
      }),
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
