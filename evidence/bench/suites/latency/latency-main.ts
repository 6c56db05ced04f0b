import { setTimeout as sleep } from 'node:timers/promises';
import { Messages } from '@messaging-system/core';
import type { MessageRepository } from '@messaging-system/core/adapter';
import { SystemClock } from '@messaging-system/core/system-clock';
import { openDispatcher, stopped } from '../../contenders/own.ts';
import { openSender } from '../../contenders/senders.ts';
import { openStore } from '../../contenders/stores.ts';
import { answerParent, Opened } from '../../processes/answer-parent.ts';
import { timedContent } from '../../receiver/enqueued-at.ts';
import { arrive, type Rate } from './arrive.ts';

/** A process that enqueues and delivers: an application with the dispatcher embedded. */
interface World {
  enqueue(): Promise<void>;
  /** Resolves when everything that was enqueued has been delivered and stored. */
  untilDelivered(): Promise<void>;
  close(): Promise<void>;
}

interface LatencySetup {
  readonly receiverUrl: string;
  readonly directory: string;
  readonly runId: string;
  readonly wakesUp: boolean;
  readonly intervalMs: number;
}

const CONCURRENCY = 64;
const CALLERS = 64;

const opened = new Opened<World>();

async function open(command: LatencySetup): Promise<void> {
  const setup = { ...command, concurrency: CONCURRENCY };
  const store = await openStore('sqlite', setup);
  const sender = openSender('undici', setup);
  const messages = new Messages({ repository: store.repository, clock: new SystemClock() });
  const repository = command.wakesUp ? store.repository : withoutWatch(store.repository);
  const { sentCache } = store;
  const options = { concurrency: 2 * CONCURRENCY, intervalMs: command.intervalMs };
  const dispatcher = openDispatcher({ repository, sentCache, sender }, options);
  dispatcher.start();
  opened.world = {
    enqueue: async () => {
      const result = await messages.enqueue({ phoneNumber: '+905551234567', content: timedContent() });
      if (result.kind !== 'stored') throw new Error(`not stored: ${result.kind}`);
    },
    untilDelivered: async () => {
      while ((await store.repository.counts()).unsent.count > 0) await sleep(10);
    },
    close: async () => {
      await stopped(dispatcher);
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

/** Enqueues as fast as it can. Answers with messages a second, each delivered. */
async function flood({ messages: count }: { readonly messages: number }): Promise<number> {
  const { enqueue, untilDelivered } = opened.world;
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

/** Answers with how many were enqueued at the rate, each delivered. */
async function load(rate: Rate): Promise<number> {
  const count = await arrive(rate, opened.world.enqueue);
  await opened.world.untilDelivered();
  return count;
}

const answers = { open, flood, load, end: () => opened.world.close() };

export type LatencyAnswers = typeof answers;

answerParent(answers);
