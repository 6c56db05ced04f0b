import { Dispatcher, Messages, type MessagingEvent } from '@messaging-system/core';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import { type Job, type OpenContender, PLACES_PER_CONNECTION } from '../suites/throughput/contender.ts';
import { Countdown, chunksOf } from './countdown.ts';
import { openSender, type SenderName } from './senders.ts';
import type { StoreName } from './store-facts.ts';
import { openStore } from './stores.ts';

/** Our dispatcher on one of our stores, with one of our senders. */
export function own(storeName: StoreName, senderName: SenderName): OpenContender {
  return async (setup) => {
    const store = await openStore(storeName, setup);
    const sender = openSender(senderName, setup);
    const messages = new Messages({ ...store, clock: new SystemClock() });
    const settled = new Countdown();
    const start = async (): Promise<() => Promise<void>> => {
      const observe = (event: MessagingEvent): void => {
        if (event.type === 'batch.settled') settled.countMany(event.count);
      };
      const concurrency = PLACES_PER_CONNECTION * setup.concurrency;
      const dispatcher = openDispatcher({ ...store, sender, observer: { observe } }, { concurrency });
      dispatcher.start();
      return () => stopped(dispatcher);
    };
    return {
      enqueue: (jobs) => enqueueAll(messages, jobs),
      start,
      deliver: (count) => settled.during(count, start),
      close: async () => {
        await sender.close();
        await store.close();
      },
    };
  };
}

type Ports = ConstructorParameters<typeof Dispatcher>[0];

/** A dispatcher that works through what there is, with so many places. */
export function openDispatcher(
  ports: Omit<Ports, 'clock' | 'random'>,
  options: { readonly concurrency: number; readonly intervalMs?: number },
): Dispatcher {
  return new Dispatcher(
    { ...ports, clock: new SystemClock(), random: new SystemRandom() },
    { batchSize: 500, drain: true, ...options },
  );
}

export async function stopped(dispatcher: Dispatcher): Promise<void> {
  dispatcher.stop();
  await dispatcher.whenStopped();
}

/** Stores messages with the texts of the jobs, in the largest calls. */
export async function enqueueAll(messages: Messages, jobs: readonly Job[]): Promise<void> {
  for (const some of chunksOf(jobs)) {
    const result = await messages.enqueueMany(
      some.map(({ phoneNumber, content }) => ({ phoneNumber, content })),
    );
    if (result.kind !== 'enqueued') throw new Error(`not enqueued: ${result.kind}`);
  }
}
