import { barChart, COLOURS } from '../../../support/svg.ts';
import { figure, table } from '../../report/markdown.ts';
import type { Section } from '../../report/section.ts';
import type { EnqueueFigures, EnqueueResult } from './enqueue-result.ts';

const NAMES = { sqlite: 'SQLite', mongo: 'MongoDB' } as const;

export function showEnqueue({ figures, rounds, skipped }: EnqueueResult): Section {
  const rows = figures.map((one) => [
    NAMES[one.store],
    one.over === 'HTTP' ? 'over HTTP' : 'in process',
    one.batch,
    one.callers,
    figure(one.perSecond.median),
    `${figure(one.perSecond.least)} – ${figure(one.perSecond.most)}`,
  ]);
  return {
    title: 'Enqueueing',
    text: [
      `Messages stored a second, durably, in the median of ${rounds} rounds; nothing is delivered meanwhile. Over HTTP the client is a process of its own.`,
      table(['store', '', 'messages a call', 'callers at a time', 'messages/s', 'least – most'], rows),
      ...skipped.map((why) => `**Skipped**: MongoDB (${why}).`),
    ].join('\n\n'),
    plots: [
      {
        name: 'enqueue',
        title: 'Messages enqueued a second',
        svg: barChart(
          'Messages enqueued a second',
          'median, with least and most',
          figures.map((one) => ({
            label: labelOf(one),
            value: one.perSecond.median,
            least: one.perSecond.least,
            most: one.perSecond.most,
            colour: one.over === 'HTTP' ? COLOURS.before : COLOURS.own,
            note: figure(one.perSecond.median),
          })),
        ),
      },
    ],
  };
}

function labelOf({ store, over, batch }: EnqueueFigures): string {
  return `${NAMES[store]}, ${over === 'HTTP' ? 'HTTP' : 'in process'}, ${batch} a call`;
}
