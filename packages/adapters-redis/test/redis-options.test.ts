import { InvalidOptionsError } from '@messaging-system/core';
import { describe, expect, test } from 'vitest';
import {
  type RedisClient,
  RedisSentCache,
  redisAddressName,
  redisClient,
  redisOptions,
} from '../src/index.ts';

describe('redisOptions', () => {
  test.each([
    ['localhost', { host: 'localhost', port: 6379 }],
    ['cache.example:6380', { host: 'cache.example', port: 6380 }],
    ['127.0.0.1:6379', { host: '127.0.0.1', port: 6379 }],
    ['[::1]:6380', { host: '::1', port: 6380 }],
    ['redis://cache.example', { host: 'cache.example', port: 6379 }],
    ['redis://cache.example:6380/3', { host: 'cache.example', port: 6380, db: 3 }],
    ['REDIS://cache.example/', { host: 'cache.example', port: 6379 }],
    [
      'redis://me:p%40ss@cache.example',
      { host: 'cache.example', port: 6379, username: 'me', password: 'p@ss' },
    ],
    ['redis://:p@cache.example', { host: 'cache.example', port: 6379, password: 'p' }],
    ['rediss://cache.example', { host: 'cache.example', port: 6379, tls: {} }],
  ])('reads %s', (uri, address) => {
    const { host, port, db, username, password, tls } = redisOptions({ uri });
    const found = Object.entries({ host, port, db, username, password, tls });
    expect(Object.fromEntries(found.filter(([, value]) => value !== undefined))).toEqual(address);
  });

  test.each([
    ['unix:///run/redis/redis.sock', { path: '/run/redis/redis.sock' }],
    [
      'unix://me:p%40ss@/run/my%20redis.sock?db=2',
      { path: '/run/my redis.sock', db: 2, username: 'me', password: 'p@ss' },
    ],
    ['redis://cache.example?db=2&family=6', { host: 'cache.example', port: 6379, db: 2, family: 6 }],
    [
      'redis+sentinel://:p@one,[::1]:26380/mymaster/3?sentinelPassword=q%26',
      {
        sentinels: [
          { host: 'one', port: 26_379 },
          { host: '::1', port: 26_380 },
        ],
        name: 'mymaster',
        db: 3,
        password: 'p',
        sentinelPassword: 'q&',
      },
    ],
    [
      'rediss+sentinel://one/mymaster',
      {
        sentinels: [{ host: 'one', port: 26_379 }],
        name: 'mymaster',
        tls: {},
        sentinelTLS: {},
        enableTLSForSentinelMode: true,
      },
    ],
  ])('reads %s', (uri, options) => {
    expect(redisOptions({ uri })).toMatchObject(options);
  });

  test.each([
    ['redis://cache.example?tls=true&ssl=s3cret&db=1', 'not understood: tls, ssl; known are db, family'],
    ['unix:///redis.sock?family=6', 'not understood: family'],
    ['redis+sentinel://one/mymaster?sentinelMasterId=x', 'not understood: sentinelMasterId'],
    ['redis+cluster://one?db=1', 'not understood: db'],
    ['redis://one,two', 'redis+cluster://'],
    ['redis+sentinel://one', 'what the Sentinels call the primary'],
    ['unix://run/redis.sock', 'three slashes'],
    ['unix://redis.sock', 'unix:///path'],
    ['redis+cluster://one/3', 'db must be 0'],
    ['redis://cache.example?family=5', '0, 4 or 6'],
    ['sentinel://one/mymaster', 'redis+sentinel, '],
    ['constructor://one', 'must be host:port'],
  ])('says what is wrong with %s, without a value of it', (uri, why) => {
    const refuse = () => redisClient({ uri });
    expect(refuse).toThrow(why);
    expect(refuse).not.toThrow(/s3cret/);
  });

  test('refuses a Redis Cluster, which needs another client', () => {
    expect(() => redisOptions({ uri: 'redis+cluster://one' })).toThrow('redisClient');
  });

  test('names an address without its credentials', () => {
    expect(redisAddressName('redis://me:p@cache.example/3')).toBe('Redis at cache.example:6379');
    expect(redisAddressName('unix://me:p@/redis.sock')).toBe('Redis at /redis.sock');
    expect(redisAddressName('redis+cluster://me:p@one,two:1')).toBe('Redis Cluster at one:6379, two:1');
    expect(redisAddressName('redis+sentinel://me:p@one/mymaster')).toBe(
      'Redis mymaster of the Sentinels at one:26379',
    );
  });

  test('lets options next to the URL win over it', () => {
    const uri = 'redis://me:p@cache.example/3';
    expect(redisOptions({ uri, username: 'you', password: 'q', db: 4 })).toMatchObject({
      username: 'you',
      password: 'q',
      db: 4,
    });
  });

  test.each([
    '',
    ':6379',
    'host:port',
    'http://cache.example',
    '/tmp/redis.sock',
    'redis://cache.example/s3cret',
    'redis://me:s3cret%@cache.example',
  ])('refuses %j without repeating it', (uri) => {
    const refuse = () => redisOptions({ uri });
    expect(refuse).toThrow(InvalidOptionsError);
    expect(refuse).not.toThrow(/s3cret/);
  });

  test('refuses a text in the place of the address, and unknown options, without repeating them', () => {
    for (const given of ['redis://me:s3cret@host', { url: 'redis://me:s3cret@host' }, {}]) {
      // Without types anything can be given.
      const refuse = () => redisClient(given as unknown as { uri: string });
      expect(refuse).toThrow(/^(options must be an object|unknown options: url|uri must be a text)/);
      expect(refuse).not.toThrow(/s3cret/);
    }
  });

  test('refuses a sent cache on anything but a client', () => {
    for (const given of [undefined, 'redis://me:s3cret@host', { url: 'redis://me:s3cret@host' }]) {
      const refuse = () => new RedisSentCache(given as unknown as RedisClient);
      expect(refuse).toThrow(InvalidOptionsError);
      expect(refuse).toThrow('redis must be a client of ioredis');
      expect(refuse).not.toThrow(/s3cret/);
    }
  });

  test('refuses a database that is no number', () => {
    expect(() => redisOptions({ uri: 'localhost', db: -1 })).toThrow(InvalidOptionsError);
    expect(() => redisOptions({ uri: 'localhost', db: 1.5 })).toThrow(InvalidOptionsError);
  });

  test('waits longer after each failed connection, and never more than two seconds', () => {
    const { retryStrategy } = redisOptions({ uri: 'localhost' });
    const waits = [1, 2, 3, 10, 1_000_000].map((times) => retryStrategy?.(times));
    expect(waits).toEqual([100, 200, 400, 2_000, 2_000]);
  });

  test('looks for another server when this one has become a replica, and for nothing else', () => {
    const { reconnectOnError } = redisOptions({ uri: 'localhost' });
    expect(reconnectOnError?.(new Error("READONLY You can't write against a read only replica."))).toBe(true);
    expect(reconnectOnError?.(new Error('OOM command not allowed'))).toBe(false);
  });
});
