import type { Spread } from '../../../support/statistics.ts';
import { COLOURS } from '../../../support/svg.ts';
import { STORES, type StoreName } from '../../contenders/store-facts.ts';
import { figure, tableOf } from '../../report/markdown.ts';
import { barPlot, type Section } from '../../report/section.ts';
import type { SuiteResult } from '../suite.ts';

/** One way of enqueueing. */
export interface EnqueueWay {
  readonly over: 'calls' | 'HTTP';
  /** Messages in a call, or in a request. */
  readonly batch: number;
  readonly callers: number;
}

export interface EnqueueFigures extends EnqueueWay {
  readonly store: StoreName;
  readonly perSecond: Spread;
}

export interface EnqueueResult extends SuiteResult {
  readonly rounds: number;
  readonly figures: readonly EnqueueFigures[];
  readonly skipped: readonly string[];
}

export function showEnqueue({ figures, rounds, skipped }: EnqueueResult): Section {
  return {
    title: 'Enqueueing',
    text: [
      `Messages stored a second, durably, in the median of ${rounds} rounds; nothing is delivered meanwhile. Over HTTP the client is a process of its own.`,
      tableOf(figures, {
        store: ({ store }) => STORES[store].title,
        '': ({ over }) => (over === 'HTTP' ? 'over HTTP' : 'in process'),
        'messages a call': ({ batch }) => batch,
        'callers at a time': ({ callers }) => callers,
        'messages/s': ({ perSecond }) => figure(perSecond.median),
        'least – most': ({ perSecond }) => `${figure(perSecond.least)} – ${figure(perSecond.most)}`,
      }),
      ...skipped.map((why) => `**Skipped**: ${why}.`),
    ].join('\n\n'),
    plots: [
      barPlot(
        'enqueue',
        'Messages enqueued a second',
        figures.map((one) => ({
          label: labelOf(one),
          spread: one.perSecond,
          colour: one.over === 'HTTP' ? COLOURS.before : COLOURS.own,
        })),
      ),
    ],
  };
}

function labelOf({ store, over, batch }: EnqueueFigures): string {
  return `${STORES[store].title}, ${over === 'HTTP' ? 'HTTP' : 'in process'}, ${batch} a call`;
}
