import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BacklogResult } from '../../suites/backlog/show-backlog.ts';
import type { EnqueueResult } from '../../suites/enqueue/show-enqueue.ts';
import type { ThroughputResult } from '../../suites/throughput/show-throughput.ts';
import { figure, table } from '../markdown.ts';
import {
  ANSWER_MS,
  BATCH_SIZE,
  BYTES_ON_THE_WIRE,
  CONCURRENCY,
  capacityFor,
  type MessageCost,
  perProcess,
  SERVER_CORES,
  UTILISATION,
} from './capacity-model.ts';
import { costOf, enqueuesPerSecond } from './measured-costs.ts';

const PROCESSES = {
  'SQLite + undici': 'sqlite-undici',
  'SQLite + ky': 'sqlite-ky',
  'MongoDB + Redis + undici': 'mongo-undici',
  'MongoDB + Redis + ky': 'mongo-ky',
};
const LOADS = [100, 1_000, 10_000, 100_000, 1_000_000];

export interface Measured {
  readonly throughput: ThroughputResult;
  readonly enqueue: EnqueueResult;
  readonly backlog: BacklogResult;
}

/** docs/scaling.md, from what was measured; null where a part of it was not. */
export function scalingPage({ throughput, enqueue, backlog }: Measured): string | null {
  const costs = Object.entries(PROCESSES).flatMap(([title, contender]) => {
    const cost = costOf(throughput, contender);
    return cost === null ? [] : [{ title, ...cost }];
  });
  const mongo = costs.find(({ title }) => title === 'MongoDB + Redis + undici');
  if (mongo === undefined || costs.length < Object.keys(PROCESSES).length) return null;
  const { machine } = throughput;
  const head = ['', 'event loop, µs', 'process, µs', 'databases, µs'];
  const parts: Readonly<Record<string, string | number>> = {
    machine: `${machine.processor}, ${machine.cores} cores, Node ${machine.node}, commit ${machine.commit}`,
    costs: table(
      [...head, `messages/s of one process at ${UTILISATION * 100} %`],
      costs.map((cost) => [
        cost.title,
        ...[cost.loop, cost.process, cost.servers, perProcess(cost)].map(figure),
      ]),
    ),
    batchSize: BATCH_SIZE,
    concurrency: CONCURRENCY,
    connections: throughput.concurrency,
    mongo: mongoText(throughput.versions.mongo),
    enqueueing: enqueueTable(enqueue),
    storage: storageText(backlog),
    capacity: capacityTable(mongo),
    utilisation: UTILISATION * 100,
    serverCores: SERVER_CORES,
    answerMs: ANSWER_MS,
    bytes: figure(BYTES_ON_THE_WIRE),
  };
  const template = readFileSync(join(import.meta.dirname, 'scaling.md'), 'utf8');
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(parts[name]));
}

function mongoText(version: string | undefined): string {
  if (version?.startsWith('MongoDB ')) return `MongoDB was ${version}.`;
  // Older runs recorded a bare number, all of them on the same server.
  const server =
    version === undefined || /^\d/.test(version)
      ? 'the test server of this repository (PostgreSQL with DocumentDB behind a gateway in Node.js), which is slower than mongod'
      : `${version}, which is not mongod`;
  return `MongoDB was ${server}: **measure yours**.`;
}

function capacityTable(cost: MessageCost): string {
  const rows = LOADS.map((load) => {
    const need = capacityFor(load, cost);
    return [
      load.toLocaleString('en-US'),
      need.processes,
      figure(Math.max(1, need.dispatcherCores)),
      need.partitions,
      figure(Math.max(1, need.serverCores)),
      figure(need.requestsUnderWay),
      figure(need.commits),
      figure(need.redisCommands),
      `${figure(need.megabitsPerSecond)} Mbit/s`,
    ];
  });
  const head = [
    'messages/s',
    'processes',
    'their cores',
    'partitions',
    'database cores',
    'requests under way',
    'commits/s',
    'Redis commands/s',
    'network',
  ];
  return table(head, rows);
}

function enqueueTable(enqueue: EnqueueResult): string {
  const rows = [
    ['SQLite', 'sqlite'],
    ['MongoDB', 'mongo'],
  ].flatMap(([title = '', store = '']) => {
    const inside = enqueuesPerSecond(enqueue, store, 'calls');
    const http = enqueuesPerSecond(enqueue, store, 'HTTP');
    return inside === null || http === null ? [] : [[title, figure(inside), figure(http)]];
  });
  return table(['store', 'in process', 'over HTTP'], rows);
}

function storageText({ figures }: BacklogResult): string {
  const largest = figures
    .filter(({ store, storedBytes }) => store === 'sqlite' && storedBytes !== null)
    .at(-1);
  if (largest?.storedBytes == null) return '';
  const each = largest.storedBytes / largest.size;
  return `A message that waits takes ${figure(each)} bytes in SQLite, indexes included (measured at ${largest.size.toLocaleString('en-US')}); with its attempts some 100 to 200 more when it is sent. 1,000 messages a second are ${figure(((each + 150) * 86.4e6) / 1e9)} GB a day: set \`retention.keep\`.`;
}
