import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/until.ts';
import type { ChaosFault, ChaosWorld, DispatcherSlot } from './fault.ts';
import { whileFull } from './full-disk.ts';

function anyOf(world: ChaosWorld): DispatcherSlot {
  const slot = world.dispatchers[Math.floor(world.random() * world.dispatchers.length)];
  if (slot === undefined) throw new Error('a world without dispatchers');
  return slot;
}

/** Of one of the dispatchers, which starts again. */
export const KILL = {
  times: 50,
  quickTimes: 3,
  kills: 1,
  async inject(world: ChaosWorld): Promise<void> {
    const slot = anyOf(world);
    await slot.process.kill9();
    await slot.restart();
  },
};

// More often than a lease may be lost before an operator is asked.
const CRASHES = 7;

async function crashLoop(world: ChaosWorld): Promise<void> {
  for (let crash = 0; crash < CRASHES; crash += 1) {
    const from = Date.now();
    await until('something is sent', () => world.receiver.lastAcceptedAt > from, 60_000);
    await Promise.all(world.dispatchers.map(({ process }) => process.kill9()));
    // The claimed messages are due again, so that the next crash meets the same ones.
    await sleep(world.leaseMs);
    await Promise.all(world.dispatchers.map((slot) => slot.restart()));
  }
}

/** @throws when it does not end as a drain does */
async function drain({ process }: DispatcherSlot, signal: NodeJS.Signals): Promise<void> {
  await process.stop(signal);
  if (process.exitCode !== 0) throw new Error(`${signal} ended a dispatcher with ${process.exitCode}`);
}

export const PROCESS_FAULTS: readonly ChaosFault[] = [
  { ...KILL, title: 'SIGKILL of one of two dispatchers', dispatchers: 2 },
  { ...KILL, title: 'SIGKILL of one of four dispatchers', dispatchers: 4, times: 20 },
  {
    title: 'crash loop: SIGKILL of both dispatchers, seven times on end',
    times: 3,
    dispatchers: 2,
    kills: 2 * CRASHES,
    // Two claims may take the whole backlog, of which little is sent between two crashes.
    settings: { PROCESSOR_BATCH_SIZE: '1000', PROCESSOR_RATE_PER_SECOND: '40' },
    inject: crashLoop,
  },
  ...(['SIGTERM', 'SIGHUP'] as const).map((signal) => ({
    title: `${signal} in mid-batch`,
    times: 10,
    quickTimes: 2,
    async inject(world: ChaosWorld): Promise<void> {
      const slot = anyOf(world);
      await drain(slot, signal);
      await slot.restart();
    },
  })),
  {
    title: 'log disk full for 3 s, with a SIGTERM and a start meanwhile',
    times: 5,
    smallLogDisk: true,
    async inject(world) {
      await whileFull(world.logFolder, async () => {
        const slot = anyOf(world);
        await sleep(3_000);
        await drain(slot, 'SIGTERM');
        await slot.restart();
      });
    },
  },
  {
    title: 'SIGSTOP beyond the lease, then SIGCONT',
    times: 5,
    async inject(world) {
      const { process } = anyOf(world);
      process.signal('SIGSTOP');
      await sleep(world.leaseMs * 1.5);
      process.signal('SIGCONT');
    },
  },
];
