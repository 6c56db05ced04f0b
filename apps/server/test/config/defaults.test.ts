import { DEFAULT_DISPATCHER_OPTIONS } from '@messaging-system/core';
import { expect, test } from 'vitest';
import { dispatcherSettings } from '../../src/composition/dispatcher.ts';
import { secretsOf } from '../../src/config/secrets-of.ts';
import { loaded } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

test('are those of core where there is an APP_ENV', () => {
  const { config } = loaded({ APP_ENV: 'test', CLIENT_URL: 'http://x' }, temporaryHome({ 'test.yaml': '' }));
  const options = dispatcherSettings(config);
  const source = (pattern: RegExp): string => pattern.source;
  expect(source(options.rules.phonePattern)).toBe(source(DEFAULT_DISPATCHER_OPTIONS.rules.phonePattern));
  expect({ ...options, rules: null }).toEqual({ ...DEFAULT_DISPATCHER_OPTIONS, rules: null });
});

test('are quick ones where there is none', () => {
  const { config } = loaded({}, temporaryHome());
  expect(config).toMatchObject({
    server: { host: '127.0.0.1', port: 3000 },
    processor: { interval: 1_000, drain: true, autoStart: true },
  });
});

test('the passwords of PostgreSQL are secrets wherever its URI has them', () => {
  const { config } = loaded(
    {
      POSTGRES_URI: 'postgresql://ann:p%40ss-word@db.example:5432/app?sslmode=require',
      POSTGRES_LISTEN_URI: 'postgres://primary.example/app?user=ann&password=other%26pass',
    },
    temporaryHome(),
  );
  expect(secretsOf(config).toSorted()).toEqual(['other%26pass', 'other&pass', 'p%40ss-word', 'p@ss-word']);
});

test('the secrets of a configuration are all of its keys and passwords', () => {
  const { config } = loaded(
    {
      SERVER_API_KEY: 'server-key-1,server-key-2',
      CLIENT_API_KEY: 'client-key',
      CLIENT_SIGNING_SECRET: 'whsec_c2FtcGxlIGtleSBvZiB0aGUgdGVzdHM=',
      MONGO_URI: 'mongodb://ann:m%40ngo-pass@one:1,two:2/?x=y',
      REDIS_URI: 'rediss+sentinel://:redis-pass@one,two:26379/mymaster?sentinelPassword=watch%26er',
      REDIS_PASSWORD: 'other-pass',
    },
    temporaryHome(),
  );
  expect(secretsOf(config).toSorted()).toEqual([
    'client-key',
    'm%40ngo-pass',
    'm@ngo-pass',
    'other-pass',
    'redis-pass',
    'server-key-1',
    'server-key-2',
    'watch%26er',
    'watch&er',
    'whsec_c2FtcGxlIGtleSBvZiB0aGUgdGVzdHM=',
  ]);
});
