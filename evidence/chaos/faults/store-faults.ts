import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Service, StoreName } from '../../support/service.ts';
import type { StoreCommands } from '../store-commands.ts';
import type { ChaosFault, ChaosWorld } from './fault.ts';
import { whileFull } from './full-disk.ts';

/** A fault of a store's servers. */
function ofServers(
  store: StoreName,
  title: string,
  times: number,
  inject: (world: ChaosWorld, commands: StoreCommands) => Promise<void>,
): ChaosFault {
  return {
    title,
    times,
    store,
    async inject(world) {
      const { commands } = world;
      if (commands === null)
        throw new Error('no store commands: set SERVICES_COMMAND, or CHAOS_START, CHAOS_KILL, CHAOS_WIPE');
      await inject(world, commands);
    },
  };
}

function killed(store: StoreName, title: string, server: Service, forMs: number): ChaosFault {
  return ofServers(store, title, 5, async (_, commands) => {
    await commands.kill(server);
    await sleep(forMs);
    await commands.start(server);
  });
}

function slow(store: StoreName, title: string, server: Service): ChaosFault {
  return ofServers(store, title, 3, async ({ proxies }) => {
    proxies[server]?.delay(150);
    await sleep(3_000);
    proxies[server]?.delay(0);
  });
}

function cut(store: StoreName, title: string): ChaosFault {
  return {
    title,
    times: 20,
    quickTimes: 2,
    store,
    async inject(world) {
      await cutConnections(world);
      await sleep(200);
    },
  };
}

/** Every connection to the servers is reset. */
export async function cutConnections({ proxies }: ChaosWorld): Promise<void> {
  for (const proxy of Object.values(proxies)) proxy.cut();
}

/** @throws when a server takes a message for a file that nobody will find again */
async function replaceFile(world: ChaosWorld): Promise<void> {
  const { folder } = world.store;
  const aside = join(folder, 'aside');
  await mkdir(aside);
  const names = (await readdir(folder)).filter((name) => name.startsWith('messages.db'));
  const copy = join(aside, 'older-copy');
  // A copy of the file without its log, as a careless backup makes it: it lacks what the log has.
  await copyFile(join(folder, 'messages.db'), copy);
  for (const name of names) await rename(join(folder, name), join(aside, name));
  await rename(copy, join(folder, 'messages.db'));
  for (const { process } of world.dispatchers) {
    const message = { phoneNumber: '+905551234567', content: 'for a file that is not ours' };
    const { status, body } = await process.post('/messages', message);
    const said = JSON.stringify(body);
    if (status !== 503 || !said.includes('store_unavailable')) throw new Error(`answered ${status}: ${said}`);
  }
  await sleep(1_000);
  await Promise.all(world.dispatchers.map(({ process }) => process.kill9()));
  await rm(join(folder, 'messages.db'));
  for (const name of names) await rename(join(aside, name), join(folder, name));
  await rm(aside, { recursive: true });
  await Promise.all(world.dispatchers.map((slot) => slot.restart()));
}

export const STORE_FAULTS: readonly ChaosFault[] = [
  killed('mongo', 'MongoDB killed for 3 s', 'mongo', 3_000),
  killed('mongo', 'Redis killed for 2 s', 'redis', 2_000),
  killed('postgres', 'PostgreSQL killed for 3 s', 'postgres', 3_000),
  killed('postgres', 'PostgreSQL killed for 10 s', 'postgres', 10_000),
  ofServers('mongo', 'Redis killed, emptied and started', 5, async (_, commands) => {
    await commands.kill('redis');
    await commands.wipe('redis');
    await commands.start('redis');
  }),
  slow('mongo', 'MongoDB slow (150 ms a direction) for 3 s', 'mongo'),
  slow('mongo', 'Redis slow (150 ms a direction) for 3 s', 'redis'),
  slow('postgres', 'PostgreSQL slow (150 ms a direction) for 3 s', 'postgres'),
  cut('mongo', 'connections to MongoDB and Redis cut'),
  cut('postgres', 'connections to PostgreSQL cut'),
  {
    title: 'disk full for 3 s',
    times: 5,
    store: 'sqlite',
    smallDisk: true,
    inject: ({ store }) => whileFull(store.folder, () => sleep(3_000)),
  },
  {
    title: 'SQLite file replaced by an older copy for 1 s, then put back after a SIGKILL of all',
    times: 5,
    kills: 2,
    store: 'sqlite',
    inject: replaceFile,
  },
];
