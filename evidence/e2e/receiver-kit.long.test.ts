import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect, inject, test } from 'vitest';
import { receiveWebhooks } from '../../packages/receiver/src/express.ts';
import {
  MemorySeenStore,
  type ReceiverEvent,
  type SeenStore,
  WebhookReceiver,
} from '../../packages/receiver/src/index.ts';
import { RedisSeenStore } from '../../packages/receiver/src/redis.ts';
import { DRAINING, fill } from '../support/fill.ts';
import { ServerProcess } from '../support/server-process.ts';
import { onEachStore } from '../support/store-matrix.ts';
import type { TestStore } from '../support/stores.ts';
import { until } from '../support/until.ts';

const MESSAGES = 2_000;
const KILLS = 4;
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
// So long does the application take for a message: whoever is killed has some under way.
const WORK_MS = 10;

onEachStore('the receiver kit while dispatchers are killed', (openStore) => {
  test('the application sees each message once, though copies arrived', { timeout: 240_000 }, async () => {
    await using store = await openStore();
    await using application = await Application.start(sharedOrInMemory());
    const environment = {
      ...store.environment,
      ...DRAINING,
      CLIENT_URL: application.url,
      CLIENT_SIGNING_SECRET: SECRET,
      CLIENT_TIMEOUT: '1s',
      PROCESSOR_LEASE: '2s',
      RETRY_BASE_DELAY: '500ms',
      RETRY_MAX_DELAY: '2s',
    };
    let server = await ServerProcess.start(environment, store.folder);
    const ids = await fill(server, MESSAGES);
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const enough = Math.max(application.seen.length, (MESSAGES / (KILLS + 2)) * kill) + 1;
      await until(`${enough} are seen`, () => application.seen.length >= enough, 60_000);
      await server.kill9();
      server = await ServerProcess.start(environment, store.folder);
    }
    await using _last = server;
    await until('all are sent', async () => (await sentCount(store)) === MESSAGES, 120_000);

    const told = (kind: ReceiverEvent['kind']): number =>
      application.events.filter((event) => event.kind === kind).length;
    const copies = application.requests - MESSAGES;
    console.log(
      `receiver kit: ${KILLS} kills, ${copies} copies arrived (${told('copy_dropped')} dropped, ${told('copy_deferred')} deferred), ${application.seen.length} seen`,
    );
    expect(application.seen.toSorted()).toEqual([...ids].sort());
    expect(copies).toBeGreaterThan(0);
    expect(told('copy_dropped') + told('copy_deferred')).toBe(copies);
    expect(told('completed')).toBe(MESSAGES);
    // Nothing else came about.
    expect(application.events).toHaveLength(application.requests);
  });
});

/** Redis where there is one: then two receivers share it. */
function sharedOrInMemory(): Shared {
  const redisUrl = inject('redisUrl');
  if (redisUrl === null) {
    const store = new MemorySeenStore();
    return { stores: [store], close: async () => undefined };
  }
  const clients = [new Redis(redisUrl), new Redis(redisUrl)];
  const keyPrefix = `e2e-${randomUUID()}:`;
  return {
    stores: clients.map((redis) => new RedisSeenStore(redis, { keyPrefix, timeoutMs: 10_000 })),
    close: async () => {
      const [redis] = clients;
      const keys = (await redis?.keys(`${keyPrefix}*`)) ?? [];
      if (keys.length > 0) await redis?.unlink(...keys);
      for (const client of clients) client.disconnect();
    },
  };
}

interface Shared {
  readonly stores: readonly SeenStore[];
  readonly close: () => Promise<void>;
}

/** An application behind the kit. Requests go to its receivers by turns, as a load balancer gives them out. */
class Application implements AsyncDisposable {
  readonly url: string;
  readonly seen: string[];
  readonly events: readonly ReceiverEvent[];
  readonly #counter: { requests: number };
  readonly #close: () => Promise<void>;

  private constructor(parts: {
    url: string;
    seen: string[];
    events: ReceiverEvent[];
    counter: { requests: number };
    close: () => Promise<void>;
  }) {
    this.url = parts.url;
    this.seen = parts.seen;
    this.events = parts.events;
    this.#counter = parts.counter;
    this.#close = parts.close;
  }

  static async start(shared: Shared): Promise<Application> {
    const seen: string[] = [];
    const events: ReceiverEvent[] = [];
    const counter = { requests: 0 };
    const receivers = shared.stores.map((seenStore) =>
      receiveWebhooks(
        new WebhookReceiver({ secrets: [SECRET], seenStore, onEvent: (event) => events.push(event) }),
        async (delivery) => {
          seen.push(delivery.id);
          await sleep(WORK_MS);
          return { messageId: `receipt-${delivery.id}` };
        },
      ),
    );
    const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      const receive = receivers[counter.requests % receivers.length];
      counter.requests += 1;
      // A request that was cut off with its sender is none.
      receive?.(request, response, () => {
        counter.requests -= 1;
        response.destroy();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A TCP server's address is an object.
    const { port } = server.address() as AddressInfo;
    const close = async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await shared.close();
    };
    return new Application({ url: `http://127.0.0.1:${port}/hook`, seen, events, counter, close });
  }

  get requests(): number {
    return this.#counter.requests;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

async function sentCount(store: TestStore): Promise<number> {
  return Object.values(await store.storedStates()).filter(({ status }) => status === 'sent').length;
}
