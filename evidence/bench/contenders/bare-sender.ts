import type { OpenContender } from '../suites/throughput/contender.ts';
import { bareLoop } from './bare-client.ts';
import { messageOf, openSender, type SenderName } from './senders.ts';

const NEVER = { aborted: false, addEventListener: () => undefined, removeEventListener: () => undefined };

/** One of our senders in a bare loop: what it can do when nobody stores anything. */
export function bareSender(name: SenderName): OpenContender {
  return async (setup) => {
    const sender = openSender(name, setup);
    return bareLoop(
      setup.concurrency,
      async (job) => {
        const outcome = await sender.send(messageOf(job), { attempt: 1, signal: NEVER });
        if (outcome.kind !== 'accepted') throw new Error(`not accepted: ${outcome.reason}`);
      },
      () => sender.close(),
    );
  };
}
