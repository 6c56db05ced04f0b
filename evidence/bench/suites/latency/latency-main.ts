import { setTimeout as sleep } from 'node:timers/promises';
import { Dispatcher, Messages } from '@messaging-system/core';
import type { MessageRepository } from '@messaging-system/core/adapter';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import { openSender, SEND_TIMEOUT_MS } from '../../contenders/senders.ts';
import { openStore } from '../../contenders/stores.ts';
import { answerParent } from '../../processes/answer-parent.ts';
import { timedContent } from '../../receiver/enqueued-at.ts';
import type { LatencyCommand } from './latency-protocol.ts';

/** A process that enqueues and delivers: an application with the dispatcher embedded. */
interface World {
  enqueue(): Promise<void>;
  /** Resolves when everything that was enqueued has been delivered and stored. */
  untilDelivered(): Promise<void>;
  close(): Promise<void>;
}

const CONCURRENCY = 64;
const CALLERS = 64;
const TICK_MS = 1;

let world: World | null = null;

async function open(command: Extract<LatencyCommand, { kind: 'open' }>): Promise<void> {
  const setup = { ...command, concurrency: CONCURRENCY };
  const store = await openStore('sqlite', setup);
  const sender = openSender('undici', setup);
  const clock = new SystemClock();
  const messages = new Messages({ repository: store.repository, clock });
  const repository = command.wakesUp ? store.repository : withoutWatch(store.repository);
  const dispatcher = new Dispatcher(
    { repository, sentCache: store.sentCache, sender, clock, random: new SystemRandom() },
    {
      batchSize: 500,
      concurrency: 2 * CONCURRENCY,
      drain: true,
      intervalMs: command.intervalMs,
      sendTimeoutMs: SEND_TIMEOUT_MS,
    },
  );
  dispatcher.start();
  world = {
    enqueue: async () => {
      const result = await messages.enqueue({ phoneNumber: '+905551234567', content: timedContent() });
      if (result.kind !== 'stored') throw new Error(`not stored: ${result.kind}`);
    },
    untilDelivered: async () => {
      while ((await store.repository.counts()).unsent.count > 0) await sleep(10);
    },
    close: async () => {
      dispatcher.stop();
      await dispatcher.whenStopped();
      await sender.close();
      await store.close();
    },
  };
}

/** The same store as one that can't tell of arrivals. */
function withoutWatch(repository: MessageRepository): MessageRepository {
  return new Proxy(repository, {
    get: (target, name) => {
      if (name === 'watch') return undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function flood({ enqueue, untilDelivered }: World, count: number): Promise<number> {
  const startedAt = performance.now();
  let left = count;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await enqueue();
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  await untilDelivered();
  return (count / (performance.now() - startedAt)) * 1000;
}

async function load({ enqueue, untilDelivered }: World, perSecond: number, seconds: number): Promise<number> {
  const startedAt = performance.now();
  const enqueued: Promise<void>[] = [];
  let nextAt = 0;
  while (nextAt < seconds * 1000) {
    const elapsed = performance.now() - startedAt;
    while (nextAt <= elapsed && nextAt < seconds * 1000) {
      enqueued.push(enqueue());
      nextAt += (-Math.log(1 - Math.random()) / perSecond) * 1000;
    }
    await sleep(TICK_MS);
  }
  await Promise.all(enqueued);
  await untilDelivered();
  return enqueued.length;
}

answerParent<LatencyCommand>(async (command) => {
  if (command.kind === 'open') {
    await open(command);
    return 'open';
  }
  if (world === null) throw new Error('asked for work before it was opened');
  if (command.kind === 'flood') return flood(world, command.messages);
  if (command.kind === 'load') return load(world, command.perSecond, command.seconds);
  await world.close();
  return process.exit(0);
});
