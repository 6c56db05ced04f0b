import { InvalidOptionsError } from '@messaging-system/core';
import { describe, expect, test } from 'vitest';
import { redisOptions } from '../src/index.ts';

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

  test('lets what is given beside the URL win over it', () => {
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
