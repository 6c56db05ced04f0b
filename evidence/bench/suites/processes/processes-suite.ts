import { setTimeout as sleep } from 'node:timers/promises';
import { Messages } from '@messaging-system/core';
import { SystemClock } from '@messaging-system/core/system-clock';
import { type OpenStore, openStore, type StoreName } from '../../contenders/stores.ts';
import { describeMachine } from '../../machine.ts';
import { Child } from '../../processes/child.ts';
import { Receiver } from '../../receiver/receiver.ts';
import { openServices } from '../../services/services.ts';
import type { Suite, SuiteOptions } from '../suite.ts';
import { makeJobs } from '../throughput/jobs.ts';
import type { ProcessesCommand, ProcessReport } from './processes-protocol.ts';
import type { ProcessesFigures, ProcessesResult, ProcessesRun } from './processes-result.ts';
import { showProcesses } from './show-processes.ts';

const COUNTS = [1, 2, 4];
/** Connections of each process: as many as of one that is alone. */
const CONCURRENCY = 64;
const ENQUEUED_AT_ONCE = 1000;
const POLL_MS = 5;
/** For each process, so that every one has compiled its code. */
const WARM_UP = 1000;

/** What several dispatchers in as many processes do on one store. */
export const processesSuite: Suite<ProcessesResult> = {
  name: 'processes',
  run: measure,
  show: showProcesses,
};

async function measure(options: SuiteOptions): Promise<ProcessesResult> {
  const machine = describeMachine();
  const services = await openServices(new Set(['mongo', 'redis'] as const));
  const why = services.whyNot('mongo') ?? services.whyNot('redis');
  await services.stop();
  const receiver = await Receiver.start();
  const stores: readonly StoreName[] = why === null ? ['sqlite', 'mongo'] : ['sqlite'];
  const messages = options.messages;
  const figures = stores.flatMap((store) =>
    COUNTS.map((processes) => ({ store, processes, messages, runs: [] as ProcessesRun[] })),
  );
  for (let round = 0; round < options.rounds; round += 1) {
    for (const one of figures) {
      const run = await runOnce(receiver, one, round, options);
      one.runs.push(run);
      options.log(
        `${one.store}, ${one.processes}: ${Math.round(run.perSecond)}/s, ${run.emptyClaims} of ${run.claims} claims empty`,
      );
    }
  }
  await receiver.stop();
  return {
    machine,
    versions: services.versions,
    rounds: options.rounds,
    figures,
    skipped: why === null ? [] : [why],
  };
}

async function runOnce(
  receiver: Receiver,
  { store, processes, messages }: Omit<ProcessesFigures, 'runs'>,
  round: number,
  { directory }: SuiteOptions,
): Promise<ProcessesRun> {
  const runId = `processes-${store}-${processes}-${round}-${process.pid}`;
  const setup = { receiverUrl: receiver.url, concurrency: CONCURRENCY, runId, directory };
  const warmUp = WARM_UP * processes;
  const opened = await openStore(store, setup);
  const children = Array.from(
    { length: processes },
    () => new Child(new URL('processes-main.ts', import.meta.url), 'a dispatcher'),
  );
  const askAll = <Answer>(command: ProcessesCommand): Promise<readonly Answer[]> =>
    Promise.all(children.map((child) => child.ask<Answer>(command)));
  await receiver.reset();
  await askAll({ kind: 'open', store, ...setup });
  await askAll({ kind: 'start' });
  await enqueue(opened, `${runId}-w`, warmUp);
  await untilReceived(receiver, warmUp);
  // Started one after the other they would not race; and enqueueing takes its time.
  await askAll({ kind: 'stop' });
  await enqueue(opened, runId, messages);
  await receiver.reset();
  const startedAt = performance.now();
  await askAll({ kind: 'start' });
  await untilReceived(receiver, messages);
  const elapsedMs = performance.now() - startedAt;
  const received = await receiver.counts();
  const reports = await askAll<ProcessReport>({ kind: 'stop' });
  await Promise.all(children.map((child) => child.end({ kind: 'end' } satisfies ProcessesCommand)));
  await opened.close();
  return {
    round,
    perSecond: (messages / elapsedMs) * 1000,
    requests: received.requests,
    distinct: received.distinct,
    ...claimsOf(reports),
    shares: reports.map(({ settled }) => settled),
  };
}

async function enqueue({ repository }: OpenStore, prefix: string, count: number): Promise<void> {
  const messages = new Messages({ repository, clock: new SystemClock() });
  const texts = makeJobs(prefix, count).map(({ phoneNumber, content }) => ({ phoneNumber, content }));
  for (let start = 0; start < count; start += ENQUEUED_AT_ONCE) {
    await messages.enqueueMany(texts.slice(start, start + ENQUEUED_AT_ONCE));
  }
}

async function untilReceived(receiver: Receiver, count: number): Promise<void> {
  while ((await receiver.counts()).distinct < count) await sleep(POLL_MS);
}

/** An empty-handed claim is one after whose end another began that found something: what came back empty later had nothing left to find. */
function claimsOf(reports: readonly ProcessReport[]): { claims: number; emptyClaims: number } {
  const all = reports.flatMap(({ claims }) => claims);
  const full = all.filter(({ count }) => count > 0);
  const lastBegunAt = Math.max(...full.map(({ begunAtMs }) => begunAtMs));
  const emptyClaims = all.filter(({ count, endedAtMs }) => count === 0 && endedAtMs <= lastBegunAt).length;
  return { claims: full.length + emptyClaims, emptyClaims };
}
