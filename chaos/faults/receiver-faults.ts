import { setTimeout as sleep } from 'node:timers/promises';
import type { Mood } from '../chaos-receiver.ts';
import { BOTH, type Fault } from './fault.ts';

function mood(title: string, name: Mood, forMs: number): Fault {
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

export const RECEIVER_FAULTS: readonly Fault[] = [
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
  mood('receiver hangs for 3 s', 'hang', 3_000),
  mood('receiver resets after it has accepted, for 200 ms', 'reset_after_accept', 200),
  mood('receiver answers 500 for 2 s', 'storm_500', 2_000),
  mood('receiver answers 429 for 2 s', 'storm_429', 2_000),
];
