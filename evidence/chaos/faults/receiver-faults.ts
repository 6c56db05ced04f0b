import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceiverMode } from '../chaos-receiver.ts';
import { BOTH, type ChaosFault } from './fault.ts';

function mode(title: string, name: ReceiverMode, forMs: number): ChaosFault {
  return {
    title,
    times: 4,
    quickTimes: 1,
    stores: BOTH,
    async inject({ receiver }) {
      receiver.behave(name);
      await sleep(forMs);
      receiver.behave('accept');
    },
  };
}

export const RECEIVER_FAULTS: readonly ChaosFault[] = [
  {
    title: 'receiver down for 2 s',
    times: 4,
    quickTimes: 1,
    stores: BOTH,
    async inject({ receiver }) {
      await receiver.down();
      await sleep(2_000);
      await receiver.up();
    },
  },
  mode('receiver hangs for 3 s', 'hang', 3_000),
  mode('receiver resets after it has accepted, for 200 ms', 'reset_after_accept', 200),
  mode('receiver answers 500 for 2 s', 'storm_500', 2_000),
  mode('receiver answers 429 for 2 s', 'storm_429', 2_000),
];
