import { setTimeout as sleep } from 'node:timers/promises';
import { Messages } from '@messaging-system/core';
import { SystemClock } from '@messaging-system/core/system-clock';
import { enqueueAll } from '../../contenders/own.ts';
import { type OpenStore, openStore } from '../../contenders/stores.ts';
import { describeMachine } from '../../machine.ts';
import { AskedChild } from '../../processes/asked-child.ts';
import { Receiver } from '../../receiver/receiver.ts';
import { openOurStores } from '../../services/services.ts';
import type { Suite, SuiteOptions } from '../suite.ts';
import { makeJobs } from '../throughput/jobs.ts';
import type { ProcessesAnswers, ProcessReport } from './processes-main.ts';
import {
  type ProcessesFigures,
  type ProcessesResult,
  type ProcessesRun,
  showProcesses,
} from './show-processes.ts';

const COUNTS = [1, 2, 4];
/** Connections of each process: as many as of one that is alone. */
const CONCURRENCY = 64;
const POLL_MS = 5;
/** For each process, so that every one has compiled its code. */
const WARM_UP = 1000;

/** Several dispatchers in as many processes on one store. */
export const processesSuite: Suite<ProcessesResult> = {
  name: 'processes',
  run: measure,
  show: showProcesses,
};

async function measure(options: SuiteOptions): Promise<ProcessesResult> {
  const machine = describeMachine();
  const { stores, versions, skipped, stop } = await openOurStores();
  const receiver = await Receiver.start();
  const { messages, rounds } = options;
  const figures = stores.flatMap((store) =>
    COUNTS.map((processes) => ({ store, processes, messages, runs: [] as ProcessesRun[] })),
  );
  for (let round = 0; round < rounds; round += 1) {
    for (const one of figures) {
      const run = await runOnce(receiver, one, round, options);
      one.runs.push(run);
      options.log(
        `${one.store}, ${one.processes}: ${Math.round(run.perSecond)}/s, ${run.emptyClaims} of ${run.claims} claims empty`,
      );
    }
  }
  await receiver.stop();
  await stop();
  return { machine, versions, rounds, figures, skipped };
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
    () => new AskedChild<ProcessesAnswers>(new URL('processes-main.ts', import.meta.url), 'a dispatcher'),
  );
  const stopAll = (): Promise<readonly ProcessReport[]> =>
    Promise.all(children.map((child) => child.ask('stop')));
  await receiver.reset();
  await Promise.all(children.map((child) => child.ask('open', { store, ...setup })));
  await Promise.all(children.map((child) => child.ask('start')));
  await enqueue(opened, `${runId}-w`, warmUp);
  await untilReceived(receiver, warmUp);
  // Started one after the other they would not race; and enqueueing takes its time.
  await stopAll();
  await enqueue(opened, runId, messages);
  await receiver.reset();
  const startedAt = performance.now();
  await Promise.all(children.map((child) => child.ask('start')));
  await untilReceived(receiver, messages);
  const elapsedMs = performance.now() - startedAt;
  const received = await receiver.counts();
  const reports = await stopAll();
  await Promise.all(children.map((child) => child.end()));
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

function enqueue({ repository }: OpenStore, prefix: string, count: number): Promise<void> {
  return enqueueAll(new Messages({ repository, clock: new SystemClock() }), makeJobs(prefix, count));
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
