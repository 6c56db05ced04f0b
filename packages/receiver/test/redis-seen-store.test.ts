import { connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasOpenssl, selfSignedCertificate } from '../../../tooling/self-signed-certificate.ts';
import { ReceiverError } from '../src/index.ts';
import { RedisSeenStore } from '../src/redis.ts';
import { RedisWorld, skipped, titled } from './redis-world.ts';

const OPERATIONS: Readonly<Record<string, (store: RedisSeenStore) => Promise<unknown>>> = {
  begin: (store) => store.begin('a', { leaseMs: 1_000 }),
  complete: (store) => store.complete('a', 't', { keepMs: 1_000, messageId: null }),
  abandon: (store) => store.abandon('a', 't'),
};

/** The port of a server that is closed when the test is over. */
async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

async function faultOf(operation: Promise<unknown>): Promise<unknown> {
  return await operation.then(
    () => 'no fault',
    (fault: unknown) => fault,
  );
}

const WRONGTYPE = new ReceiverError('seen_store_unavailable', 'Redis refused a command: WRONGTYPE');

describe.skipIf(skipped !== null)(titled('RedisSeenStore on Redis'), () => {
  test('keeps one key for each id, for as long as the lease and then the memory last', async () => {
    await using world = new RedisWorld();
    const begun = await world.store.begin('a', { leaseMs: 60_000 });
    expect(await world.redis.pttl(`${world.keyPrefix}a`)).toBeGreaterThan(50_000);
    expect(await world.redis.pttl(`${world.keyPrefix}a`)).toBeLessThanOrEqual(60_000);
    if (begun.kind !== 'begun') throw new Error('it is new');
    await world.store.complete('a', begun.token, { keepMs: 600_000, messageId: 'receipt' });
    expect(await world.redis.pttl(`${world.keyPrefix}a`)).toBeGreaterThan(590_000);
    expect(await world.redis.keys(`${world.keyPrefix}*`)).toEqual([`${world.keyPrefix}a`]);
  });

  test('says that the password is wrong, and repeats nothing of it', async () => {
    await using world = new RedisWorld();
    const { host, port } = world.redis.options;
    await expectUnusable('WRONGPASS', port ?? 6379, { host, username: 'nobody', password: 's3cret' });
  });

  test('forgets the reason when there is a connection again', async () => {
    await using world = new RedisWorld();
    const { host, port } = world.redis.options;
    const sockets = new Set<Socket>();
    const relay = createServer((socket) => {
      const onward = connect(port ?? 6379, host ?? '127.0.0.1');
      for (const end of [socket, onward]) {
        sockets.add(end);
        end.on('error', () => undefined);
      }
      socket.pipe(onward).pipe(socket);
    });
    const relayed = await listening(relay);
    const redis = new Redis({ port: relayed, host: '127.0.0.1', retryStrategy: () => 10 });
    onTestFinished(() => redis.disconnect());
    const store = new RedisSeenStore(redis, { timeoutMs: 200 });
    const abandon = (): Promise<unknown> => faultOf(store.abandon(`${world.keyPrefix}a`, 't'));
    await expect.poll(abandon).toBe('no fault');
    relay.close();
    for (const socket of sockets) socket.destroy();
    await expect.poll(abandon).toEqual(UNUSABLE('ECONNREFUSED'));
    relay.listen(relayed, '127.0.0.1');
    await expect.poll(abandon).toBe('no fault');
    for (const socket of sockets) socket.destroy();
  });

  test('tells a refused command by its first word, and nothing of its values', async () => {
    await using world = new RedisWorld();
    await world.redis.hset(`${world.keyPrefix}a`, 'field', 'of somebody else');
    for (const [name, operate] of Object.entries(OPERATIONS)) {
      expect(await faultOf(operate(world.store)), name).toEqual(WRONGTYPE);
    }
  });
});

test('every operation is a fault within its time where Redis does not answer', async () => {
  const redis = new Redis(await listening(createServer()), '127.0.0.1', { enableReadyCheck: false });
  onTestFinished(() => redis.disconnect());
  redis.on('error', () => undefined);
  const store = new RedisSeenStore(redis, { timeoutMs: 50 });
  for (const [name, operate] of Object.entries(OPERATIONS)) {
    expect(await faultOf(operate(store)), name).toEqual(
      new ReceiverError('seen_store_unavailable', 'Redis did not answer within 50 ms'),
    );
  }
});

test('takes a reply that is there to read when the process was held up until the time was over', async () => {
  const store = new RedisSeenStore(
    { eval: () => new Promise((resolve) => setImmediate(() => resolve('abandoned'))) },
    { timeoutMs: 20 },
  );
  // From here on, timers that are due fire before anything else is looked at.
  await turn();
  const abandoning = store.abandon('message-1', 'token-1');
  const end = performance.now() + 60;
  while (performance.now() < end);
  expect(await abandoning).toBeUndefined();
});

const UNUSABLE = (reason: string) =>
  new ReceiverError('seen_store_unavailable', `Redis can not be used: ${reason}`);

/** Every operation says so at once, and after the first, while the client waits for its next attempt. */
async function expectUnusable(
  reason: string,
  port: number,
  options: Omit<RedisOptions, 'replyMapping'> = {},
): Promise<void> {
  const redis = new Redis({ enableOfflineQueue: false, port, host: '127.0.0.1', ...options });
  onTestFinished(() => redis.disconnect());
  const store = new RedisSeenStore(redis, { timeoutMs: 200 });
  await expect.poll(() => faultOf(store.abandon('a', 't'))).toEqual(UNUSABLE(reason));
  for (const [name, operate] of Object.entries(OPERATIONS)) {
    expect(await faultOf(operate(store)), name).toEqual(UNUSABLE(reason));
  }
}

test('says that nobody listens, also with a client that queues its commands', async () => {
  // A port that is never listened on.
  await expectUnusable('ECONNREFUSED', 1);
  await expectUnusable('ECONNREFUSED', 1, { enableOfflineQueue: true, maxRetriesPerRequest: null });
});

test('says why no node of a Redis Cluster can be used', async () => {
  const cluster = new Cluster([{ port: 1, host: '127.0.0.1' }], { enableOfflineQueue: false });
  onTestFinished(() => cluster.disconnect());
  const store = new RedisSeenStore(cluster);
  await expect.poll(() => faultOf(store.abandon('a', 't'))).toEqual(UNUSABLE('ECONNREFUSED'));
});

test('says that a password is required and none is set', async () => {
  const port = await listening(
    createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        for (const _ of String(data).matchAll(/^\*\d/gm))
          socket.write('-NOAUTH Authentication required.\r\n');
      });
    }),
  );
  await expectUnusable('NOAUTH', port);
});

test('says that something else than Redis answers', async () => {
  const port = await listening(
    createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    }),
  );
  await expectUnusable('NOT_REDIS', port);
});

const tlsTitle = hasOpenssl ? 'TLS' : 'TLS [SKIPPED: no openssl to make a certificate with]';
describe.skipIf(!hasOpenssl)(tlsTitle, () => {
  test('says that the certificate is not trusted', async () => {
    const server = createTlsServer(selfSignedCertificate());
    server.on('tlsClientError', () => undefined);
    await expectUnusable('DEPTH_ZERO_SELF_SIGNED_CERT', await listening(server), { tls: {} });
  });
});

test('says that the other end closes each connection at once, as a TLS port does', async () => {
  const port = await listening(
    createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end());
    }),
  );
  await expectUnusable('CLOSED_BEFORE_READY', port);
});

test('has one set of listeners however many stores share a client', () => {
  const redis = new Redis({ lazyConnect: true });
  const before = redis.listenerCount('error');
  for (let count = 0; count < 20; count += 1) new RedisSeenStore(redis);
  expect(redis.listenerCount('error')).toBe(before + 1);
});

test('takes whatever has ioredis’s eval, and refuses what it does not understand', async () => {
  const calls: unknown[] = [];
  const store = new RedisSeenStore({
    eval: async (_script, ...rest) => {
      calls.push(rest);
      return 7;
    },
  });
  expect(await faultOf(store.abandon('a', 't'))).toEqual(
    new ReceiverError('seen_store_unavailable', 'Redis answered something else than a text'),
  );
  expect(calls).toEqual([[1, 'seen:a', 'Lt']]);
  expect(() => new RedisSeenStore({ eval: async () => '' }, { timeoutMs: 0 })).toThrow(/timeoutMs/);
});
