import type { BacklogResult } from '../../suites/backlog/backlog-result.ts';
import type { EnqueueResult } from '../../suites/enqueue/enqueue-result.ts';
import type { ThroughputResult } from '../../suites/throughput/throughput-result.ts';
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
import { WHAT_SATURATES, WHAT_WOULD_CHANGE } from './scaling-prose.ts';

const LOADS = [100, 1_000, 10_000, 100_000, 1_000_000];

export interface Measured {
  readonly throughput: ThroughputResult;
  readonly enqueue: EnqueueResult;
  readonly backlog: BacklogResult;
}

/** docs/scaling.md, from what was measured; null where a part of it was not. */
export function scalingPage({ throughput, enqueue, backlog }: Measured): string | null {
  const sqlite = costOf(throughput, 'sqlite-undici');
  const mongo = costOf(throughput, 'mongo-undici');
  const mongoKy = costOf(throughput, 'mongo-ky');
  const sqliteKy = costOf(throughput, 'sqlite-ky');
  if (sqlite === null || mongo === null || mongoKy === null || sqliteKy === null) return null;
  const costs: readonly (readonly [string, MessageCost])[] = [
    ['SQLite + undici', sqlite],
    ['SQLite + ky', sqliteKy],
    ['MongoDB + Redis + undici', mongo],
    ['MongoDB + Redis + ky', mongoKy],
  ];
  const { machine } = throughput;
  return `${[
    '# Scaling',
    `How many messages a second need how much. Written by \`npm run bench\` from what it measured (${machine.processor}, ${machine.cores} cores, Node ${machine.node}, commit ${machine.commit}) and a model that is written out below: change its assumptions where yours differ (\`evidence/bench/report/scaling\`). The measurements: [performance.md](performance.md).`,
    '## What one message costs',
    table(
      [
        '',
        'event loop, µs',
        'process, µs',
        'databases, µs',
        `messages/s of one process at ${UTILISATION * 100} %`,
      ],
      costs.map(([title, cost]) => [
        title,
        figure(cost.loop),
        figure(cost.process),
        figure(cost.servers),
        figure(perProcess(cost)),
      ]),
    ),
    `Claim, signed request, settle and sent cache together; \`batchSize\` ${BATCH_SIZE}, \`concurrency\` ${CONCURRENCY} over ${throughput.concurrency} connections. ${mongoText(throughput.versions.mongo)} Redis is counted with the databases.`,
    enqueueText(enqueue),
    storageText(backlog),
    '## What a load needs: MongoDB + Redis + undici',
    capacityTable(mongo),
    [
      `- **processes**: the event loop ${UTILISATION * 100} % busy. \`server.workers\` runs several on one host.`,
      `- **partitions**: databases with a server of ${SERVER_CORES} cores each, at ${UTILISATION * 100} %, by what the test server used. [Why partitions and not shards](deployment.md#sharding).`,
      `- **requests under way**: a receiver that answers in ${ANSWER_MS} ms. Connections to it are as many, unless it speaks HTTP/2 through a proxy. \`concurrency\` of a process is that number divided by the processes, times four: results are then stored many at a time, and the sender (\`connections\`) bounds the requests. A receiver that takes a quarter of the time-out needs as many connections as places: waiting for one counts as the send's time.`,
      '- **commits**: journaled majority writes of MongoDB; what the disk has to sync. Results are stored when half of the places have one, when a quarter has and less is being sent from, or after 5 to 25 ms, which is as long as the store took the last time.',
      '- **Redis commands**: one `SET` a message, pipelined with its batch.',
      `- **network**: ${figure(BYTES_ON_THE_WIRE)} bytes a delivery, request and answer.`,
    ].join('\n'),
    WHAT_SATURATES,
    WHAT_WOULD_CHANGE,
  ].join('\n\n')}\n`;
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

function enqueueText(enqueue: EnqueueResult): string {
  const rows = [
    ['SQLite', 'sqlite'],
    ['MongoDB', 'mongo'],
  ].flatMap(([title = '', store = '']) => {
    const inside = enqueuesPerSecond(enqueue, store, 'calls');
    const http = enqueuesPerSecond(enqueue, store, 'HTTP');
    return inside === null || http === null ? [] : [[title, figure(inside), figure(http)]];
  });
  return `Enqueueing comes on top. The most that one process stored, in messages a second, in the largest calls:\n\n${table(['store', 'in process', 'over HTTP'], rows)}`;
}

function storageText({ figures }: BacklogResult): string {
  const largest = figures
    .filter(({ store, storedBytes }) => store === 'sqlite' && storedBytes !== null)
    .at(-1);
  if (largest?.storedBytes == null) return '';
  const each = largest.storedBytes / largest.size;
  return `A message that waits takes ${figure(each)} bytes in SQLite, indexes included (measured at ${largest.size.toLocaleString('en-US')}); with its attempts some 100 to 200 more when it is sent. 1,000 messages a second are ${figure(((each + 150) * 86.4e6) / 1e9)} GB a day: set \`retention.keep\`.`;
}
