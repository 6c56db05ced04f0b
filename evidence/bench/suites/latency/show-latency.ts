import { COLOURS, lineChart } from '../../../support/svg.ts';
import { figure, tableOf } from '../../report/markdown.ts';
import type { Section } from '../../report/section.ts';
import type { SuiteResult } from '../suite.ts';
import { CONTENDERS } from '../throughput/contenders.ts';
import type { PeerLatency } from './peer-latency.ts';

export interface LatencyRun {
  /** Whether the dispatcher is woken by an enqueue, or finds the message at its next poll. */
  readonly wakesUp: boolean;
  /** Of the capacity. */
  readonly load: number;
  readonly perSecond: number;
  readonly messages: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly mostMs: number;
}

export interface LatencyResult extends SuiteResult {
  /** Messages a second that one process enqueues one by one and delivers at the same time. */
  readonly capacity: number;
  readonly seconds: number;
  readonly intervalMs: number;
  readonly runs: readonly LatencyRun[];
  /** Absent in records from before peers were measured. */
  readonly peers?: readonly PeerLatency[];
  readonly skipped?: readonly string[];
}

const PEERS_TEXT =
  'The same at given rates, each contender in one process with the wake-up that it has: ours and Graphile Worker are notified, BullMQ waits at Redis, pg-boss polls every half second, which is the shortest interval that it takes.';

function peersTable(peers: readonly PeerLatency[]): string {
  return tableOf(peers, {
    '': ({ name }) => CONTENDERS[name].title,
    'messages/s': ({ perSecond }) => figure(perSecond),
    messages: ({ messages }) => messages,
    'p50 ms': ({ p50Ms }) => figure(p50Ms),
    'p99 ms': ({ p99Ms }) => figure(p99Ms),
    'most ms': ({ mostMs }) => figure(mostMs),
  });
}

export function showLatency({
  runs,
  peers = [],
  skipped = [],
  capacity,
  seconds,
  intervalMs,
}: LatencyResult): Section {
  const percentile = (wakesUp: boolean, value: (run: LatencyRun) => number): [number, number][] =>
    runs.filter((run) => run.wakesUp === wakesUp).map((run) => [run.load * 100, value(run)]);
  const axes = { x: 'load, % of the capacity', y: 'ms', logarithmicY: true };
  return {
    title: 'From enqueue to webhook',
    text: [
      `One process on SQLite that enqueues one message per call, at times as random as those of independent callers, and delivers with the undici sender; ${seconds} s for each line. 100 % is what the same process manages when it enqueues as fast as it can: ${figure(capacity)} messages/s, each committed durably twice. \`polling\`: a store that cannot tell of arrivals, with \`intervalMs: ${intervalMs}\`.`,
      tableOf(runs, {
        dispatcher: ({ wakesUp }) => (wakesUp ? 'woken up' : 'polling'),
        load: ({ load }) => `${load * 100} %`,
        'messages/s': ({ perSecond }) => figure(perSecond),
        messages: ({ messages }) => messages,
        'p50 ms': ({ p50Ms }) => figure(p50Ms),
        'p99 ms': ({ p99Ms }) => figure(p99Ms),
        'p99.9 ms': ({ p999Ms }) => figure(p999Ms),
        'most ms': ({ mostMs }) => figure(mostMs),
      }),
      ...(peers.length === 0 ? [] : [PEERS_TEXT, peersTable(peers)]),
      ...skipped.map((why) => `**Skipped**: ${why}.`),
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
