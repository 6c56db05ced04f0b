import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceiverMode } from '../chaos-receiver.ts';
import type { ChaosFault } from './fault.ts';

/** The receiver is down for a while, or in another mode. */
export function receiverFault(title: string, what: ReceiverMode | 'down', forMs: number): ChaosFault {
  return {
    title,
    times: 4,
    async inject({ receiver }) {
      if (what === 'down') await receiver.down();
      else receiver.mode(what);
      await sleep(forMs);
      if (what === 'down') await receiver.up();
      else receiver.mode('accept');
    },
  };
}

export const RECEIVER_FAULTS: readonly ChaosFault[] = [
  receiverFault('receiver down for 2 s', 'down', 2_000),
  receiverFault('receiver hangs for 3 s', 'hang', 3_000),
  receiverFault('receiver resets after it has accepted, for 200 ms', 'reset_after_accept', 200),
  receiverFault('receiver answers 500 for 2 s', 'storm_500', 2_000),
  receiverFault('receiver answers 429 for 2 s', 'storm_429', 2_000),
];
