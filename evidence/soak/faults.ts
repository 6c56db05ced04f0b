import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosReceiver, ReceiverMode } from '../chaos/chaos-receiver.ts';
import type { TcpProxy } from '../chaos/tcp-proxy.ts';
import type { ServerProcess } from '../support/server-process.ts';

/** What a fault can get hold of; never the measured process. */
export interface FaultTargets {
  readonly receiver: ChaosReceiver;
  readonly proxies: readonly TcpProxy[];
  /** A second dispatcher on the same store. */
  secondDispatcher: ServerProcess;
  startSecondDispatcher(): Promise<ServerProcess>;
}

export interface SoakFault {
  readonly title: string;
  inject(targets: FaultTargets): Promise<void>;
}

const MODE_MS = 3_000;

function mode(title: string, which: ReceiverMode): SoakFault {
  return {
    title,
    async inject({ receiver }) {
      receiver.behave(which);
      await sleep(MODE_MS);
      receiver.behave('accept');
    },
  };
}

const ANYWHERE: readonly SoakFault[] = [
  mode('receiver answers 500', 'storm_500'),
  {
    title: 'SIGKILL of the second dispatcher',
    async inject(targets) {
      await targets.secondDispatcher.kill9();
      targets.secondDispatcher = await targets.startSecondDispatcher();
    },
  },
  mode('receiver hangs', 'hang'),
  mode('receiver accepts and resets', 'reset_after_accept'),
  {
    title: 'receiver down',
    async inject({ receiver }) {
      await receiver.down();
      await sleep(MODE_MS);
      await receiver.up();
    },
  },
  mode('receiver answers 429', 'storm_429'),
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
