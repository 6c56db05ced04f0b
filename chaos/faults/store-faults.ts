import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosWorld } from '../chaos-world.ts';
import type { StoreCommands } from '../store-commands.ts';
import type { TcpProxy } from '../tcp-proxy.ts';
import type { Fault } from './fault.ts';
import { whileFull } from './full-disk.ts';

const MONGO = ['mongo'] as const;

function commandsOf(world: ChaosWorld): StoreCommands {
  if (world.commands === null)
    throw new Error('no store commands: set SERVICES_COMMAND, or CHAOS_START, CHAOS_KILL, CHAOS_WIPE');
  return world.commands;
}

async function slow(proxy: TcpProxy | null): Promise<void> {
  proxy?.delay(150);
  await sleep(3_000);
  proxy?.delay(0);
}

export const STORE_FAULTS: readonly Fault[] = [
  {
    title: 'MongoDB killed for 3 s',
    times: 5,
    quickTimes: 1,
    stores: MONGO,
    async inject(world) {
      await commandsOf(world).kill('mongo');
      await sleep(3_000);
      await commandsOf(world).start('mongo');
    },
  },
  {
    title: 'Redis killed for 2 s',
    times: 5,
    quickTimes: 1,
    stores: MONGO,
    async inject(world) {
      await commandsOf(world).kill('redis');
      await sleep(2_000);
      await commandsOf(world).start('redis');
    },
  },
  {
    title: 'Redis killed, emptied and started',
    times: 5,
    quickTimes: 1,
    stores: MONGO,
    async inject(world) {
      await commandsOf(world).kill('redis');
      await commandsOf(world).wipe('redis');
      await commandsOf(world).start('redis');
    },
  },
  {
    title: 'MongoDB slow (150 ms a direction) for 3 s',
    times: 3,
    quickTimes: 1,
    stores: MONGO,
    inject: (world) => slow(world.mongoProxy),
  },
  {
    title: 'Redis slow (150 ms a direction) for 3 s',
    times: 3,
    quickTimes: 1,
    stores: MONGO,
    inject: (world) => slow(world.redisProxy),
  },
  {
    title: 'connections to MongoDB and Redis cut',
    times: 20,
    quickTimes: 2,
    stores: MONGO,
    async inject(world) {
      world.mongoProxy?.cut();
      world.redisProxy?.cut();
      await sleep(200);
    },
  },
  {
    title: 'disk full for 3 s',
    times: 5,
    quickTimes: 1,
    stores: ['sqlite'],
    smallDisk: true,
    inject: ({ folder }) => whileFull(folder, () => sleep(3_000)),
  },
];
