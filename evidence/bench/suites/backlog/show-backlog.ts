import type { Spread } from '../../../support/statistics.ts';
import { lineChart } from '../../../support/svg.ts';
import { STORE_NAMES, STORES, type StoreName } from '../../contenders/store-facts.ts';
import { figure, ratio, tableOf } from '../../report/markdown.ts';
import type { Section } from '../../report/section.ts';
import type { SuiteResult } from '../suite.ts';

export interface BacklogFigures {
  readonly store: StoreName;
  /** How many messages wait. */
  readonly size: number;
  readonly claimMs: Spread;
  readonly settleMs: Spread;
  readonly countsMs: Spread;
  /** The longest time that the event loop stood still while counts were asked for. */
  readonly countsBlockedMs: number;
  /** Of the file; null where a server keeps it. */
  readonly storedBytes: number | null;
  /** Of a fresh process after it has delivered out of this backlog; null where that is too small. */
  readonly residentBytes: Spread | null;
}

export interface BacklogResult extends SuiteResult {
  readonly claimed: number;
  readonly settled: number;
  readonly rounds: number;
  readonly delivered: number;
  readonly figures: readonly BacklogFigures[];
  readonly skipped: readonly string[];
}

/** The base of the comparison: the smallest at which the tables are no longer in the cache by chance. */
const BASE = 1e4;

export function showBacklog(result: BacklogResult): Section {
  const { figures, claimed, settled, rounds, delivered } = result;
  const baseOf = (own: BacklogFigures): BacklogFigures =>
    figures.find(({ store, size }) => store === own.store && size === BASE) ?? own;
  const toBase = (own: Spread, base: Spread): string =>
    `${figure(own.median)} (${ratio(own.median / base.median)})`;
  return {
    title: 'Against the backlog',
    text: [
      `Medians of ${rounds} rounds in which every backlog has its turn; in brackets the ratio to the same at ${BASE.toLocaleString('en-US')}. Each round puts back the messages that it took away. \`loop blocked\`: the longest time in which the event loop did nothing else while \`counts()\` was asked for. Memory: of a fresh process that has delivered ${delivered.toLocaleString('en-US')} messages out of the backlog.`,
      tableOf(figures, {
        '': ({ store }) => STORES[store].title,
        backlog: ({ size }) => size.toLocaleString('en-US'),
        [`claim of ${claimed}, ms`]: (own) => toBase(own.claimMs, baseOf(own).claimMs),
        [`settle of ${settled}, ms`]: (own) => toBase(own.settleMs, baseOf(own).settleMs),
        'counts, ms': ({ countsMs }) => figure(countsMs.median),
        'loop blocked, ms': ({ countsBlockedMs }) => figure(countsBlockedMs),
        'resident MB': (own) => memoryCell(own, baseOf(own)),
      }),
      ...result.skipped.map((why) => `**Skipped**: ${why}.`),
    ].join('\n\n'),
    plots: [
      plot('backlog-claim', 'Claim of a batch', 'ms', figures, ({ claimMs }) => claimMs.median),
      plot(
        'backlog-memory',
        'Resident memory of a dispatcher',
        'MB',
        figures,
        ({ residentBytes }) => (residentBytes?.median ?? Number.NaN) / 1e6,
      ),
    ],
  };
}

function memoryCell({ residentBytes: own }: BacklogFigures, { residentBytes: base }: BacklogFigures): string {
  if (own === null || base === null) return '–';
  return `${figure(own.median / 1e6)} (${ratio(own.median / base.median)})`;
}

function plot(
  name: string,
  title: string,
  unit: string,
  figures: readonly BacklogFigures[],
  value: (figures: BacklogFigures) => number,
): Section['plots'][number] {
  const lines = STORE_NAMES.map((store) => ({
    label: STORES[store].title,
    colour: STORES[store].colour,
    points: figures
      .filter((one) => one.store === store)
      .map((one): [number, number] => [one.size, value(one)])
      .filter(([, height]) => !Number.isNaN(height)),
  })).filter(({ points }) => points.length > 0);
  return {
    name,
    title,
    svg: lineChart(title, { x: 'messages waiting', y: unit, logarithmicX: true }, lines),
  };
}
