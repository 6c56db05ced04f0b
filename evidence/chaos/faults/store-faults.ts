import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosWorld } from '../chaos-world.ts';
import type { StoreCommands } from '../store-commands.ts';
import type { TcpProxy } from '../tcp-proxy.ts';
import type { ChaosFault } from './fault.ts';
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

/** @throws when a server takes a message for a file that nobody will find again */
async function replaceFile(world: ChaosWorld): Promise<void> {
  const aside = join(world.folder, 'aside');
  await mkdir(aside);
  const names = (await readdir(world.folder)).filter((name) => name.startsWith('messages.db'));
  const copy = join(aside, 'older-copy');
  // A copy of the file without its log, as a careless backup makes it: it lacks what the log has.
  await copyFile(join(world.folder, 'messages.db'), copy);
  for (const name of names) await rename(join(world.folder, name), join(aside, name));
  await rename(copy, join(world.folder, 'messages.db'));
  for (const { process } of world.dispatchers) {
    const message = { phoneNumber: '+905551234567', content: 'for a file that is not ours' };
    const { status, body } = await process.post('/messages', message);
    const said = JSON.stringify(body);
    if (status !== 503 || !said.includes('store_unavailable')) throw new Error(`answered ${status}: ${said}`);
  }
  await sleep(1_000);
  await Promise.all(world.dispatchers.map(({ process }) => process.kill9()));
  await rm(join(world.folder, 'messages.db'));
  for (const name of names) await rename(join(aside, name), join(world.folder, name));
  await rm(aside, { recursive: true });
  await Promise.all(world.dispatchers.map((slot) => slot.restart()));
}

export const STORE_FAULTS: readonly ChaosFault[] = [
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
  {
    title: 'SQLite file replaced by an older copy for 1 s, then put back after a SIGKILL of all',
    times: 5,
    quickTimes: 1,
    kills: 2,
    stores: ['sqlite'],
    inject: replaceFile,
  },
];
