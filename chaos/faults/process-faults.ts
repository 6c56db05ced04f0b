import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosWorld, DispatcherSlot } from '../chaos-world.ts';
import { BOTH, type Fault } from './fault.ts';

function anyOf(world: ChaosWorld): DispatcherSlot {
  const slot = world.dispatchers[world.chance.below(world.dispatchers.length)];
  if (slot === undefined) throw new Error('a world without dispatchers');
  return slot;
}

const kill = {
  times: 50,
  quickTimes: 3,
  stores: BOTH,
  async inject(world: ChaosWorld): Promise<void> {
    const slot = anyOf(world);
    await slot.process.kill9();
    await slot.restart();
  },
};

export const PROCESS_FAULTS: readonly Fault[] = [
  { ...kill, title: 'SIGKILL of one of two dispatchers', dispatchers: 2 },
  { ...kill, title: 'SIGKILL of one of four dispatchers', dispatchers: 4, times: 20 },
  {
    title: 'SIGTERM in mid-batch',
    times: 10,
    quickTimes: 2,
    stores: BOTH,
    async inject(world) {
      const slot = anyOf(world);
      await slot.process.stop();
      await slot.restart();
    },
  },
  {
    title: 'SIGSTOP beyond the lease, then SIGCONT',
    times: 5,
    quickTimes: 1,
    stores: BOTH,
    async inject(world) {
      const { process } = anyOf(world);
      process.signal('SIGSTOP');
      await sleep(world.leaseMs * 1.5);
      process.signal('SIGCONT');
    },
  },
];
