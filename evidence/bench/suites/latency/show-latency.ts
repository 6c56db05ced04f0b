import { COLOURS, lineChart } from '../../../support/svg.ts';
import { figure, table } from '../../report/markdown.ts';
import type { Section } from '../../report/section.ts';
import type { LatencyResult, LatencyRun } from './latency-result.ts';

export function showLatency({ runs, capacity, seconds, intervalMs }: LatencyResult): Section {
  const rows = runs.map((run) => [
    run.wakesUp ? 'woken up' : 'polling',
    `${run.load * 100} %`,
    figure(run.perSecond),
    run.messages,
    figure(run.p50Ms),
    figure(run.p99Ms),
    figure(run.p999Ms),
    figure(run.mostMs),
  ]);
  const percentile = (wakesUp: boolean, value: (run: LatencyRun) => number): [number, number][] =>
    runs.filter((run) => run.wakesUp === wakesUp).map((run) => [run.load * 100, value(run)]);
  const axes = { x: 'load, % of the capacity', y: 'ms', logarithmicY: true };
  return {
    title: 'From enqueue to webhook',
    text: [
      `One process on SQLite that enqueues one message per call, at times as random as those of independent callers, and delivers with the undici sender; ${seconds} s for each line. 100 % is what the same process manages when it enqueues as fast as it can: ${figure(capacity)} messages/s, each committed durably twice. \`polling\`: a store that cannot tell of arrivals, with \`intervalMs: ${intervalMs}\`.`,
      table(
        ['dispatcher', 'load', 'messages/s', 'messages', 'p50 ms', 'p99 ms', 'p99.9 ms', 'most ms'],
        rows,
      ),
    ].join('\n\n'),
    plots: [
      {
        name: 'latency',
        title: 'From enqueue to webhook',
        svg: lineChart('From enqueue to webhook', axes, [
          { label: 'woken up, p50', colour: COLOURS.before, points: percentile(true, ({ p50Ms }) => p50Ms) },
          { label: 'woken up, p99', colour: COLOURS.own, points: percentile(true, ({ p99Ms }) => p99Ms) },
          { label: 'polling, p50', colour: COLOURS.limit, points: percentile(false, ({ p50Ms }) => p50Ms) },
          { label: 'polling, p99', colour: COLOURS.peer, points: percentile(false, ({ p99Ms }) => p99Ms) },
        ]),
      },
    ],
  };
}
