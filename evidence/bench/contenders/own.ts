import { Dispatcher, Messages, type MessagingEvent } from '@messaging-system/core';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import type { Contender, Job, OpenContender } from '../suites/throughput/contender.ts';
import { PLACES_PER_CONNECTION } from './places-per-connection.ts';
import { openSender, SEND_TIMEOUT_MS, type SenderName } from './senders.ts';
import { openStore, type StoreName } from './stores.ts';

const ENQUEUED_AT_ONCE = 1000;

/** Our dispatcher on one of our stores, with one of our senders. */
export function own(storeName: StoreName, senderName: SenderName): OpenContender {
  return async (setup): Promise<Contender> => {
    const store = await openStore(storeName, setup);
    const sender = openSender(senderName, setup);
    const clock = new SystemClock();
    const random = new SystemRandom();
    const messages = new Messages({ ...store, clock });
    let settled = 0;
    let expected = Number.POSITIVE_INFINITY;
    let finish = (): void => undefined;
    const observe = (event: MessagingEvent): void => {
      if (event.type !== 'batch.settled') return;
      settled += event.count;
      if (settled >= expected) finish();
    };
    return {
      enqueue: async (jobs) => {
        for (let start = 0; start < jobs.length; start += ENQUEUED_AT_ONCE) {
          const result = await messages.enqueueMany(
            jobs.slice(start, start + ENQUEUED_AT_ONCE).map(requestOf),
          );
          if (result.kind !== 'enqueued') throw new Error(`not enqueued: ${result.kind}`);
        }
      },
      deliver: async (count) => {
        const dispatcher = new Dispatcher(
          { ...store, sender, clock, random, observer: { observe } },
          {
            batchSize: 500,
            concurrency: setup.concurrency * PLACES_PER_CONNECTION,
            drain: true,
            sendTimeoutMs: SEND_TIMEOUT_MS,
          },
        );
        expected = settled + count;
        const delivered = new Promise<void>((resolve) => {
          finish = resolve;
        });
        dispatcher.start();
        await delivered;
        dispatcher.stop();
        await dispatcher.whenStopped();
      },
      close: async () => {
        await sender.close();
        await store.close();
      },
    };
  };
}

function requestOf({ phoneNumber, content }: Job): { phoneNumber: string; content: string } {
  return { phoneNumber, content };
}
