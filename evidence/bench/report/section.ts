import { type Bar, barChart } from '../../support/svg.ts';
import { figure } from './markdown.ts';

export interface Plot {
  /** Of the file, next to the page. */
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

/** Bars of medians, each with a line from its least to its most and its figure behind it. */
export function barPlot(
  name: string,
  title: string,
  bars: readonly (Omit<Bar, 'note'> & { readonly ratio?: string })[],
  behind = '',
): Plot {
  const noted = bars.map(({ ratio = '', ...bar }) => ({ ...bar, note: figure(bar.spread.median) + ratio }));
  return { name, title, svg: barChart(title, `median, with least and most${behind}`, noted) };
}

export interface Section {
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  readonly plots: readonly Plot[];
}
