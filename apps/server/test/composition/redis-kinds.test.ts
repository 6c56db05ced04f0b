import { startReceiver } from '@messaging-system/contract-tests';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  hasRedisServer,
  RedisClusterOfThree,
  RedisServer,
  withRedisServer,
} from '../../../../packages/adapters-redis/test/redis-server.ts';
import { runCli } from '../cli/run-cli.ts';
import { openInProcess } from '../support/open-in-process.ts';
import { temporaryHome } from '../support/temporary-home.ts';

/** Opens a server with this Redis, lets it deliver a message and resolves with the message's id. */
async function deliverWith(environment: Readonly<Record<string, string>>): Promise<string> {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const { get, post } = await openInProcess({ ...environment, CLIENT_URL: receiver.url });
  const { body } = await post<{ readonly id: string }>('/messages', {
    phoneNumber: '+905551234567',
    content: 'Hello',
  });
  const status = async () => (await get<{ readonly status: string }>(`/messages/${body.id}`)).body.status;
  await expect.poll(status).toBe('sent');
  expect(await get('/readyz')).toMatchObject({ body: { checks: { sentCache: { ok: true } } } });
  return body.id;
}

describe.skipIf(!hasRedisServer)(withRedisServer('a server with its sent cache'), () => {
  let cluster: RedisClusterOfThree;
  beforeAll(async () => {
    cluster = await RedisClusterOfThree.start();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  test('in a Redis Cluster remembers what it delivers', async () => {
    const id = await deliverWith({ REDIS_URI: cluster.uri, REDIS_KEY_PREFIX: 'sent:' });
    const held = await Promise.all(cluster.nodes.map((node) => node.call('KEYS', `sent:${id}`)));
    expect(held.flat().map(String)).toEqual([`sent:${id}`]);
  });

  test('behind Sentinels and over a socket remembers what it delivers', async () => {
    await using redis = await RedisServer.start();
    await using sentinel = await RedisServer.startSentinel(redis, 'mymaster');
    const uris = [`redis+sentinel://${sentinel.address}/mymaster/2`, `unix://${redis.socket}?db=2`];
    const ids = await Promise.all(uris.map((uri) => deliverWith({ REDIS_URI: uri })));
    await redis.call('SELECT', 2);
    expect(await redis.call('EXISTS', ...ids)).toBe(2);
  });

  test('at one node of a Redis Cluster says so at the start, in /readyz and in doctor', async () => {
    for (const { address } of cluster.nodes) {
      const { get, lines } = await openInProcess({ REDIS_URI: address });
      expect(lines()).toContainEqual(
        expect.objectContaining({
          level: 40,
          msg: expect.stringMatching(/ of a Redis Cluster: the URL must begin with redis\+cluster:\/\//),
        }),
      );
      expect(await get('/readyz')).toMatchObject({
        body: { checks: { sentCache: { ok: false, detail: expect.stringMatching(/moved|crossslot/) } } },
      });
      const doctor = await runCli(temporaryHome(), ['doctor'], { REDIS_URI: address, SERVER_PORT: '1' });
      expect(doctor.stdout).toMatch(/warning +sent cache +Redis at .*redis\+cluster:\/\//);
    }
  });

  test('in a database that Redis refuses says so', async () => {
    await using redis = await RedisServer.start('--databases', '1');
    const { get, lines } = await openInProcess({ REDIS_URI: `${redis.address}`, REDIS_DB: '3' });
    expect(lines()).toContainEqual(
      expect.objectContaining({
        level: 40,
        msg: expect.stringContaining('Redis refused the database that is set'),
      }),
    );
    expect(lines().filter(({ msg }) => String(msg).includes('can be used again'))).toEqual([]);
    expect(await get('/readyz')).toMatchObject({ body: { checks: { sentCache: { ok: false } } } });
    expect(await redis.call('DBSIZE')).toBe(0);
  });
});
