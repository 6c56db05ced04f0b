import type { RunFacts } from '../support/run-facts.ts';
import { panelChart } from '../support/svg.ts';
import { METRICS, type Metric, type Trend } from './metrics.ts';
import type { SoakResult } from './run-soak.ts';

export interface SoakFacts extends RunFacts {
  readonly minutes: number;
  readonly samples: number;
  readonly enqueued: number;
  readonly refused: number;
  readonly delivered: number;
  readonly lost: number;
  /** How often each fault was injected. */
  readonly faults: ReadonlyMap<string, number>;
}

/** The reasons that keep a run from being a pass. */
export function failures(facts: SoakFacts, trends: readonly Trend[]): readonly string[] {
  return [
    ...trends
      .filter(({ isFlat }) => !isFlat)
      .map(
        ({ metric, growth, bound }) =>
          `${metric.title} grew by ${growth.toFixed(2)} ${metric.unit}, allowed ${bound?.toFixed(2)}`,
      ),
    ...(facts.lost === 0 ? [] : [`${facts.lost} messages were lost`]),
    ...(facts.enqueued === 0 ? ['nothing was enqueued'] : []),
  ];
}

/** One panel for each metric, with a mark where each fault began. */
export function soakPlot({ samples, faults }: SoakResult): string {
  const panels = METRICS.map((metric) => ({
    title: headingOf(metric),
    points: samples
      .map((sample) => [sample.atMs / 60_000, metric.valueOf(sample)] as const)
      .filter(([, value]) => Number.isFinite(value)),
  }));
  const marks = faults.map(({ atMs, title }) => ({ x: atMs / 60_000, title }));
  return panelChart('Soak', 'minutes', panels, marks);
}

function headingOf({ title, unit }: Metric): string {
  return unit === '' ? title : `${title}, ${unit}`;
}

export function markdown(facts: SoakFacts, trends: readonly Trend[], plot: string): string {
  const wrong = failures(facts, trends);
  const rows = trends.map(({ metric, first, last, slopePerHour, growth, bound, isFlat }) => {
    const verdict = bound === null ? 'shown' : isFlat ? 'flat' : '**grows**';
    const numbers = [first, last, slopePerHour, growth].map((value) => value.toFixed(2)).join(' | ');
    return `| ${headingOf(metric)} | ${numbers} | ${bound?.toFixed(1) ?? '–'} | ${verdict} |`;
  });
  const faults = [...facts.faults].map(([title, times]) => `| ${title} | ${times} |`);
  return `# Soak

One server process under constant load for ${facts.minutes} minutes, next to a second one on the same store (${facts.servers.join(' and ')}), with faults now and then: **${
    wrong.length === 0 ? 'every line that should be flat is flat' : wrong.join('; ')
  }.**

This page and its plot are written by the run: \`${facts.command}\`, commit ${facts.commit}, Node ${facts.node}, ${facts.date}. It exits with 1 when a line grows by more than its bound, or a message is lost.

${facts.enqueued} messages were enqueued through the API, ${facts.delivered} arrived at the receiver, ${facts.lost} were lost; ${facts.refused} were refused (their enqueue failed and said so).

![Each line over the run, from zero, with a mark at each fault](${plot})

| line | first quarter | last quarter | slope an hour | growth over the run | bound | |
| --- | ---: | ---: | ---: | ---: | ---: | --- |
${rows.join('\n')}

The first fifth of the ${facts.samples} samples is left out (pools, caches and the compiler settle). Quarters are medians of the rest; the slope is the median of the slopes between all pairs of samples
(Theil–Sen), and the growth is that slope over the judged time. The heap is read after a full garbage collection, so it has only live objects. Resident set, open files and sockets are read from \`/proc\`.
Only claims that found messages count. Their time depends on the load of the machine (plotted below them), so the fastest claim of each minute is judged. If claims read all stored messages, even the fastest would become slower.

| fault | times |
| --- | ---: |
${faults.join('\n')}
`;
}
