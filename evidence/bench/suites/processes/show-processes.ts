import { type Spread, spreadOf } from '../../../support/statistics.ts';
import { STORES, type StoreName } from '../../contenders/store-facts.ts';
import { figure, ratio, tableOf } from '../../report/markdown.ts';
import { barPlot, type Section } from '../../report/section.ts';
import type { SuiteResult } from '../suite.ts';

export interface ProcessesRun {
  readonly round: number;
  readonly perSecond: number;
  readonly requests: number;
  readonly distinct: number;
  /** While messages were still to be claimed. */
  readonly claims: number;
  readonly emptyClaims: number;
  /** The messages that each process has settled. */
  readonly shares: readonly number[];
}

export interface ProcessesFigures {
  readonly store: StoreName;
  readonly processes: number;
  readonly messages: number;
  readonly runs: readonly ProcessesRun[];
}

export interface ProcessesResult extends SuiteResult {
  readonly rounds: number;
  readonly figures: readonly ProcessesFigures[];
  readonly skipped: readonly string[];
}

export function showProcesses({ figures, rounds, skipped, machine }: ProcessesResult): Section {
  const rate = ({ runs }: ProcessesFigures): Spread => spreadOf(runs.map(({ perSecond }) => perSecond));
  const aloneOf = (one: ProcessesFigures): ProcessesFigures =>
    figures.find(({ store, processes }) => store === one.store && processes === 1) ?? one;
  const percent = (share: number, digits: number): string => `${(share * 100).toFixed(digits)} %`;
  return {
    title: 'Several processes on one store',
    text: [
      `Each process runs one dispatcher with the same settings, 64 connections each. Medians of ${rounds} rounds of ${figures[0]?.messages.toLocaleString('en-US') ?? 0} messages, on ${machine.cores} cores that receiver and server share with them. \`claims empty-handed\`: of those made while messages were left to claim. \`least share\`: what the process that settled least has settled, of an equal share.`,
      tableOf(figures, {
        store: ({ store }) => STORES[store].title,
        processes: ({ processes }) => processes,
        'messages/s': (one) => figure(rate(one).median),
        'least – most': (one) => `${figure(rate(one).least)} – ${figure(rate(one).most)}`,
        'to one': (one) => ratio(quotient(one, aloneOf(one))),
        'claims empty-handed': ({ runs }) =>
          percent(sum(runs.map((run) => run.emptyClaims)) / sum(runs.map((run) => run.claims)), 1),
        'least share': ({ runs }) => percent(spreadOf(runs.map(leastShare)).median, 0),
        copies: ({ runs }) => sum(runs.map(({ requests, distinct }) => requests - distinct)),
      }),
      ...skipped.map((why) => `**Skipped**: ${why}.`),
    ].join('\n\n'),
    plots: [
      barPlot(
        'processes',
        'Messages per second by processes',
        figures.map((one) => ({
          label: `${STORES[one.store].title}, ${one.processes}`,
          spread: rate(one),
          colour: STORES[one.store].colour,
        })),
      ),
    ],
  };
}

function quotient(one: ProcessesFigures, alone: ProcessesFigures): number {
  const quotients = one.runs.flatMap((run) => {
    const rival = alone.runs.find(({ round }) => round === run.round);
    return rival === undefined ? [] : [run.perSecond / rival.perSecond];
  });
  return spreadOf(quotients).median;
}

function leastShare({ shares }: { readonly shares: readonly number[] }): number {
  return Math.min(...shares) / (sum(shares) / shares.length);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
