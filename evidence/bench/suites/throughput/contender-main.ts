import { answerParent } from '../../processes/answer-parent.ts';
import { busyMs } from '../../processes/busy-time.ts';
import { startProfile } from '../../profile/start-profile.ts';
import type { Contender } from './contender.ts';
import type {
  ContenderCommand,
  ContenderDone,
  ContenderFigures,
  ContenderOrder,
} from './contender-protocol.ts';
import { CONTENDERS } from './contenders.ts';
import { makeJobs } from './jobs.ts';

/** The process of one contender: opens it, warms it up, and delivers when it is told to. */
let order: ContenderOrder | null = null;
let contender: Contender | null = null;

async function prepare(given: ContenderOrder): Promise<unknown> {
  order = given;
  const open = await CONTENDERS[given.name].load();
  contender = await open(given.setup);
  await contender.enqueue(makeJobs(`${given.setup.runId}-w`, given.warmUp));
  await contender.deliver(given.warmUp);
  if (given.enqueues !== false) await contender.enqueue(makeJobs(given.setup.runId, given.messages));
  return { kind: 'ready' };
}

async function measure(): Promise<ContenderDone> {
  if (order === null || contender === null) throw new Error('asked to go before there was an order');
  const stopProfile = order.profile === null ? null : await startProfile(order.profile);
  const cpuBefore = process.cpuUsage();
  const loopBefore = process.threadCpuUsage();
  const busyBefore = busyMs();
  const startedAt = performance.now();
  await contender.deliver(order.messages);
  const elapsedMs = performance.now() - startedAt;
  const figures: ContenderFigures = {
    elapsedMs,
    cpuMs: milliseconds(process.cpuUsage(cpuBefore)),
    loopCpuMs: milliseconds(process.threadCpuUsage(loopBefore)),
    machineCpuMs: busyMs() - busyBefore,
    residentBytes: process.memoryUsage.rss(),
  };
  await stopProfile?.();
  return { kind: 'done', figures };
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

answerParent<ContenderCommand>(async (command) => {
  if (command.kind === 'order') return prepare(command.order);
  if (command.kind === 'go') return measure();
  await contender?.close();
  return process.exit(0);
});
