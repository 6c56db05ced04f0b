import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosReceiver, Mood } from '../chaos/chaos-receiver.ts';
import type { TcpProxy } from '../chaos/tcp-proxy.ts';
import type { ServerProcess } from '../test/support/server-process.ts';

/** What a fault can get hold of; never the measured process. */
export interface Surroundings {
  readonly receiver: ChaosReceiver;
  readonly proxies: readonly TcpProxy[];
  /** A second dispatcher on the same store. */
  neighbour: ServerProcess;
  startNeighbour(): Promise<ServerProcess>;
}

export interface SoakFault {
  readonly title: string;
  inject(around: Surroundings): Promise<void>;
}

const MOOD_MS = 3_000;

function mood(title: string, which: Mood): SoakFault {
  return {
    title,
    async inject({ receiver }) {
      receiver.behave(which);
      await sleep(MOOD_MS);
      receiver.behave('accept');
    },
  };
}

const ANYWHERE: readonly SoakFault[] = [
  mood('receiver answers 500', 'storm_500'),
  {
    title: 'SIGKILL of the second dispatcher',
    async inject(around) {
      await around.neighbour.kill9();
      around.neighbour = await around.startNeighbour();
    },
  },
  mood('receiver hangs', 'hang'),
  mood('receiver accepts and resets', 'reset_after_accept'),
  {
    title: 'receiver down',
    async inject({ receiver }) {
      await receiver.down();
      await sleep(MOOD_MS);
      await receiver.up();
    },
  },
  mood('receiver answers 429', 'storm_429'),
];

const CUT: SoakFault = {
  title: 'connections to the store cut',
  async inject({ proxies }) {
    for (const proxy of proxies) proxy.cut();
  },
};

/** The faults of a run, in the order in which they take turns. */
export function faultsFor(proxies: readonly TcpProxy[]): readonly SoakFault[] {
  return proxies.length === 0 ? ANYWHERE : [...ANYWHERE, CUT];
}
