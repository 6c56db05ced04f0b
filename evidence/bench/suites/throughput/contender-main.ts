import { cpus } from 'node:os';
import { answerParent } from '../../processes/answer-parent.ts';
import { startProfile } from '../../profile/start-profile.ts';
import { timedContent } from '../../receiver/enqueued-at.ts';
import { arrive, type Rate } from '../latency/arrive.ts';
import type { Contender, ContenderFigures, ContenderOrder } from './contender.ts';
import { CONTENDERS } from './contenders.ts';
import { makeJobs } from './jobs.ts';

/** For how long the processors of the machine have worked since it started, all together, in ms. */
export function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

/** The process of one contender: opens it, warms it up, and delivers on command. */
let order: ContenderOrder | null = null;
let contender: Contender | null = null;
let stopServing: (() => Promise<unknown>) | null = null;

/** Opens it, warms it up and stores what it is to deliver. */
async function prepare({ order: given }: { readonly order: ContenderOrder }): Promise<unknown> {
  order = given;
  const open = await CONTENDERS[given.name].load();
  contender = await open(given.setup);
  await contender.enqueue(makeJobs(`${given.setup.runId}-w`, given.warmUp));
  await contender.deliver(given.warmUp);
  if (given.enqueues !== false) await contender.enqueue(makeJobs(given.setup.runId, given.messages));
  return { kind: 'ready' };
}

async function measure(): Promise<{ readonly kind: 'done'; readonly figures: ContenderFigures }> {
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

/** Enqueues at a rate while it delivers, one message a call. Answers with how many, when all are stored. */
async function load(rate: Rate): Promise<number> {
  if (contender?.start === undefined) throw new Error('asked for a load that it cannot take');
  stopServing ??= await contender.start();
  const { enqueue } = contender;
  const prefix = `load-${crypto.randomUUID()}`;
  let made = 0;
  return arrive(rate, () => {
    made += 1;
    return enqueue([{ id: `${prefix}-${made}`, phoneNumber: '+905551234567', content: timedContent() }]);
  });
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

async function close(): Promise<never> {
  await stopServing?.();
  await contender?.close();
  return process.exit(0);
}

// Other checkouts are asked the same, and theirs may be asked by other checkouts: neither names nor answers may change.
const answers = { order: prepare, go: measure, load, close };

export type ContenderAnswers = typeof answers;

answerParent(answers);
