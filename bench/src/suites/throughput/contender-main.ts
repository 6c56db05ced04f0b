import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import type { Contender } from './contender.ts';
import type {
  ContenderCommand,
  ContenderFigures,
  ContenderOrder,
  ContenderReply,
} from './contender-protocol.ts';
import { CONTENDERS } from './contenders.ts';
import { makeJobs } from './jobs.ts';

/** The process of one contender: opens it, warms it up, and delivers when it is told to. */
let order: ContenderOrder | null = null;
let contender: Contender | null = null;

function reply(message: ContenderReply): void {
  process.send?.(message);
}

async function prepare(given: ContenderOrder): Promise<void> {
  order = given;
  const open = await CONTENDERS[given.name].load();
  contender = await open(given.setup);
  await contender.enqueue(makeJobs(`${given.setup.runId}-w`, given.warmUp));
  await contender.deliver(given.warmUp);
  await contender.enqueue(makeJobs(given.setup.runId, given.messages));
  reply({ kind: 'ready' });
}

async function measure(): Promise<void> {
  if (order === null || contender === null) throw new Error('asked to go before there was an order');
  const stopProfile = order.profile === null ? null : await startProfile(order.profile);
  const cpuBefore = process.cpuUsage();
  const loopBefore = process.threadCpuUsage();
  const startedAt = performance.now();
  await contender.deliver(order.messages);
  const elapsedMs = performance.now() - startedAt;
  const figures: ContenderFigures = {
    elapsedMs,
    cpuMs: milliseconds(process.cpuUsage(cpuBefore)),
    loopCpuMs: milliseconds(process.threadCpuUsage(loopBefore)),
    residentBytes: process.memoryUsage.rss(),
  };
  await stopProfile?.();
  reply({ kind: 'done', figures });
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

async function startProfile(path: string): Promise<() => Promise<void>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    writeFileSync(path, JSON.stringify(profile));
    session.disconnect();
  };
}

async function obey(command: ContenderCommand): Promise<void> {
  if (command.kind === 'order') await prepare(command.order);
  else if (command.kind === 'go') await measure();
  else {
    await contender?.close();
    process.exit(0);
  }
}

process.on('message', (command: ContenderCommand) => {
  obey(command).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit(1));
