import { describe, expect, test } from 'vitest';
import { mongoClient } from '../../src/composition/stores.ts';
import { unusableOptions } from '../../src/composition/unusable-options.ts';
import type { Environment } from '../../src/config/read-environment.ts';
import { loaded } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

function problems(environment: Environment): ReturnType<typeof unusableOptions> {
  return unusableOptions(loaded(environment, temporaryHome()).config);
}

test('there are none by default, nor with everything set', async () => {
  expect(await problems({})).toEqual([]);
  expect(
    await problems({
      CLIENT_URL: 'https://receiver.example/',
      CLIENT_API_KEY: 'key',
      CLIENT_SIGNING_SECRET: 'whsec_c2FtcGxlIGtleSBvZiB0aGUgdGVzdHM=,plain-text-secret',
      CLIENT_ADDRESS_POLICY: 'public',
      MONGO_URI: 'mongodb+srv://ann:pa55@cluster.example/?retryWrites=true',
      REDIS_URI: 'rediss://:pa55@cache.example:6380/2',
    }),
  ).toEqual([]);
});

test.each([
  'unix:///run/redis.sock?db=2',
  'redis+sentinel://:pa55@one,two/mymaster/2',
  'redis+cluster://one,two:7000',
])('takes %s for Redis', async (uri) => expect(await problems({ REDIS_URI: uri })).toEqual([]));

test.each([
  'postgres://ann:pa55@db.example:5433/app?sslmode=verify-full',
  'postgresql:///app?host=/run/postgresql',
])('takes %s for PostgreSQL', async (uri) => {
  expect(await problems({ POSTGRES_URI: uri, POSTGRES_LISTEN_URI: uri })).toEqual([]);
});

test('says what is wrong with a URI of PostgreSQL, for each of the two', async () => {
  const POSTGRES_URI = 'postgres://db/app?sslmode=sometimes';
  const POSTGRES_LISTEN_URI = 'postgres://db/app?sslmode=verify-ca&sslrootcert=/nowhere.pem';
  expect(await problems({ POSTGRES_URI, POSTGRES_LISTEN_URI })).toMatchObject([
    { key: 'postgres.uri', problem: expect.stringContaining('disable, require') },
    { key: 'postgres.listenUri', problem: expect.stringContaining('/nowhere.pem') },
  ]);
});

test('names the parameters of a Redis URL that are not understood', async () => {
  expect(await problems({ REDIS_URI: 'redis://cache?tls=true&ssl=1' })).toMatchObject([
    { key: 'redis.uri', problem: expect.stringContaining('not understood: tls, ssl') },
  ]);
});

test.each([
  ['client', { CLIENT_API_KEY: 'pa55', CLIENT_API_KEY_HEADER: 'Host' }],
  ['mongo.uri', { MONGO_URI: 'mongodb://ann:pa55@/x' }],
  ['mongo.uri', { MONGO_URI: 'mongodb://ann:pa55:@@one' }],
  ['postgres.uri', { POSTGRES_URI: 'postgres://ann:pa55/@db/app' }],
  ['postgres.uri', { POSTGRES_URI: 'postgres://ann:pa55@one,two/app' }],
  ['postgres.uri', { POSTGRES_URI: 'postgres://ann:pa55@db/app?sslmode=pa55' }],
  ['redis.uri', { REDIS_URI: 'redis://:pa55@cache/first' }],
  ['redis.uri', { REDIS_URI: 'redis://:pa55@cache?tls=pa55' }],
  ['redis.uri', { REDIS_URI: 'redis+sentinel://:pa55@one,two' }],
  ['redis.uri', { REDIS_URI: 'redis+cluster://:pa55@one,two', REDIS_DB: '1' }],
])('names %s, and no secret of it: %j', async (key, environment) => {
  const found = await problems(environment);
  expect(found).toMatchObject([{ key }]);
  expect(JSON.stringify(found)).not.toContain('pa55');
});

describe('a MongoDB URI', () => {
  test('has bounded time-outs unless it says otherwise', async () => {
    expect((await mongoClient('mongodb://one')).options.serverSelectionTimeoutMS).toBe(5_000);
  });

  test('wins with what it says', async () => {
    const { options } = await mongoClient('mongodb://one/?serverselectiontimeoutms=70&maxPoolSize=3');
    expect(options).toMatchObject({
      serverSelectionTimeoutMS: 70,
      maxPoolSize: 3,
      socketTimeoutMS: 15_000,
    });
  });
});
