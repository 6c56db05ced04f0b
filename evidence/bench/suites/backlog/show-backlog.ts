import { COLOURS, lineChart } from '../../../support/svg.ts';
import { figure, ratio, table } from '../../report/markdown.ts';
import type { Section } from '../../report/section.ts';
import type { BacklogFigures, BacklogResult } from './backlog-result.ts';

/** What the others are compared with: the smallest at which the tables are no longer in the cache by chance. */
const BASE = 1e4;

const NAMES = { sqlite: 'SQLite', mongo: 'MongoDB' } as const;

export function showBacklog(result: BacklogResult): Section {
  const { figures, claimed, settled, rounds, delivered } = result;
  const rows = figures.map((own) => {
    const base = figures.find(({ store, size }) => store === own.store && size === BASE) ?? own;
    return [
      NAMES[own.store],
      own.size.toLocaleString('en-US'),
      `${figure(own.claimMs.median)} (${ratio(own.claimMs.median / base.claimMs.median)})`,
      `${figure(own.settleMs.median)} (${ratio(own.settleMs.median / base.settleMs.median)})`,
      figure(own.countsMs.median),
      figure(own.countsBlockedMs),
      memoryCell(own, base),
    ];
  });
  const head = [
    '',
    'backlog',
    `claim of ${claimed}, ms`,
    `settle of ${settled}, ms`,
    'counts, ms',
    'loop blocked, ms',
    'resident MB',
  ];
  return {
    title: 'Against the backlog',
    text: [
      `Medians of ${rounds} rounds in which every backlog has its turn; in brackets the ratio to the same at ${BASE.toLocaleString('en-US')}. What a round takes away it has put back. \`loop blocked\`: the longest time in which the event loop did nothing else while \`counts()\` was asked for. Memory: of a fresh process that has delivered ${delivered.toLocaleString('en-US')} messages out of the backlog.`,
      table(head, rows),
      ...result.skipped.map((why) => `**Skipped**: MongoDB (${why}).`),
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
  const lines = (['sqlite', 'mongo'] as const)
    .map((store) => ({
      label: NAMES[store],
      colour: store === 'sqlite' ? COLOURS.own : COLOURS.peer,
      points: figures
        .filter((one) => one.store === store)
        .map((one): [number, number] => [one.size, value(one)])
        .filter(([, height]) => !Number.isNaN(height)),
    }))
    .filter(({ points }) => points.length > 0);
  return {
    name,
    title,
    svg: lineChart(title, { x: 'messages waiting', y: unit, logarithmicX: true }, lines),
  };
}
