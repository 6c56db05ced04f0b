import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { SentCacheUnavailableError } from '@messaging-system/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasOpenssl, selfSignedCertificate } from '../../../tooling/self-signed-certificate.ts';
import { type ClientOptions, RedisSentCache } from '../src/index.ts';
import { connect, redisUri, skipped, titled } from './redis.ts';
import { startProxy } from './tcp-proxy.ts';

const ID = '6955b9000102030405000001';
/** The fault of a cache whose client has met what it meets. Attempts that are still under way are waited for. */
async function faultAt(uri: string, options: ClientOptions = {}): Promise<SentCacheUnavailableError> {
  const cache = new RedisSentCache(connect(options, uri), { timeoutMs: 10_000 });
  const fault = await cache.recall([ID]).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(fault instanceof SentCacheUnavailableError))
    throw new Error('a fault was expected', { cause: fault });
  // It stays known while the client waits for its next attempt.
  await expect(cache.recall([ID])).rejects.toMatchObject({ reason: fault.reason });
  return fault;
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  // A TCP server's address is never a pipe's name.
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('says that nobody listens', async () => {
  expect(await faultAt('127.0.0.1:1')).toMatchObject({
    reason: 'ECONNREFUSED',
    message: 'Redis can not be used: ECONNREFUSED',
  });
});

test('says that a password is asked for and none is set', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      for (const _ of String(data).matchAll(/^\*\d/gm)) socket.write('-NOAUTH Authentication required.\r\n');
    });
  });
  expect(await faultAt(await listening(server))).toMatchObject({
    reason: 'NOAUTH',
    message: 'Redis can not be used: NOAUTH (it asks for a password, and none is set)',
  });
});

test('says that the other end closes each connection at once, as a TLS port does', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end());
  });
  expect(await faultAt(await listening(server))).toMatchObject({
    reason: 'CLOSED_BEFORE_READY',
    message: expect.stringContaining('rediss://'),
  });
});

test('says that the server is not a Redis', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  });
  expect(await faultAt(await listening(server))).toMatchObject({ reason: 'NOT_REDIS' });
});

describe.skipIf(skipped !== null)(titled('on Redis'), () => {
  test('says that the user or the password is wrong, and repeats neither', async () => {
    const fault = await faultAt(redisUri(), { username: 'nobody', password: 's3cret' });
    expect(fault).toMatchObject({
      reason: 'WRONGPASS',
      message: 'Redis can not be used: WRONGPASS (the user name or the password is wrong)',
    });
    expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toMatch(/s3cret|nobody/);
  });

  test('says that TLS was spoken to a port without it', async () => {
    const { reason } = await faultAt(redisUri().replace('redis://', 'rediss://'));
    // Redis waits for the rest of what it takes for a command.
    expect(reason).toBe('ETIMEDOUT');
  });

  test('forgets the reason when the connection is there again', async () => {
    const proxy = await startProxy(redisUri());
    onTestFinished(() => proxy.cut());
    const cache = new RedisSentCache(connect({}, proxy.address));
    expect(await cache.recall([ID])).toEqual([]);
    await proxy.cut();
    const reason = (): Promise<unknown> =>
      cache.recall([ID]).then(
        () => 'none',
        (error: unknown) => (error instanceof SentCacheUnavailableError ? error.reason : error),
      );
    await expect.poll(reason).toBe('ECONNREFUSED');
    await proxy.restore();
    await expect.poll(reason).toBe('none');
  });
});

const title = hasOpenssl ? 'TLS' : 'TLS [SKIPPED: no openssl to make a certificate with]';
describe.skipIf(!hasOpenssl)(title, () => {
  test('says that the certificate is not trusted', async () => {
    const server = createTlsServer(selfSignedCertificate());
    server.on('tlsClientError', () => undefined);
    expect(await faultAt(`rediss://${await listening(server)}`)).toMatchObject({
      reason: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      message: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
  });
});
