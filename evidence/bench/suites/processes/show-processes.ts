import { spreadOf } from '../../../support/statistics.ts';
import { barChart, COLOURS } from '../../../support/svg.ts';
import { figure, ratio, table } from '../../report/markdown.ts';
import type { Section } from '../../report/section.ts';
import type { ProcessesFigures, ProcessesResult } from './processes-result.ts';

const NAMES = { sqlite: 'SQLite', mongo: 'MongoDB + Redis' } as const;

export function showProcesses({ figures, rounds, skipped, machine }: ProcessesResult): Section {
  const rows = figures.map((one) => {
    const alone = figures.find(({ store, processes }) => store === one.store && processes === 1) ?? one;
    const rate = spreadOf(one.runs.map(({ perSecond }) => perSecond));
    const claims = sum(one.runs.map((run) => run.claims));
    return [
      NAMES[one.store],
      one.processes,
      figure(rate.median),
      `${figure(rate.least)} – ${figure(rate.most)}`,
      ratio(quotient(one, alone)),
      `${((sum(one.runs.map((run) => run.emptyClaims)) / claims) * 100).toFixed(1)} %`,
      `${(spreadOf(one.runs.map(leastShare)).median * 100).toFixed(0)} %`,
      sum(one.runs.map(({ requests, distinct }) => requests - distinct)),
    ];
  });
  const head = [
    'store',
    'processes',
    'messages/s',
    'least – most',
    'to one',
    'claims empty-handed',
    'least share',
    'copies',
  ];
  return {
    title: 'Several processes on one store',
    text: [
      `Each process runs one dispatcher with the same settings, 64 connections each. Medians of ${rounds} rounds of ${figures[0]?.messages.toLocaleString('en-US') ?? 0} messages, on ${machine.cores} cores that receiver and server share with them. \`claims empty-handed\`: of those made while messages were left to claim. \`least share\`: what the process that settled least has settled, of an equal share.`,
      table(head, rows),
      ...skipped.map((why) => `**Skipped**: MongoDB (${why}).`),
    ].join('\n\n'),
    plots: [
      {
        name: 'processes',
        title: 'Messages per second by processes',
        svg: barChart(
          'Messages per second by processes',
          'median, with least and most',
          figures.map((one) => {
            const rate = spreadOf(one.runs.map(({ perSecond }) => perSecond));
            return {
              label: `${NAMES[one.store]}, ${one.processes}`,
              value: rate.median,
              least: rate.least,
              most: rate.most,
              colour: one.store === 'sqlite' ? COLOURS.own : COLOURS.peer,
              note: figure(rate.median),
            };
          }),
        ),
      },
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
