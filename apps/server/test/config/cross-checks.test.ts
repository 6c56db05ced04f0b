import { describe, expect, test } from 'vitest';
import { loaded, problemsOf } from '../support/load.ts';
import { temporaryHome } from '../support/temporary-home.ts';

describe('a lease', () => {
  test.each(['15s', '14s', '2ms'])('of %s is refused for a time-out of 15 s', (lease) => {
    expect(problemsOf({ PROCESSOR_LEASE: lease }, temporaryHome())).toMatchObject([
      {
        key: 'processor.lease',
        origin: { kind: 'environment', name: 'PROCESSOR_LEASE' },
        problem: expect.stringContaining('client.timeout, 15s'),
      },
    ]);
  });

  test('that is longer by a moment is taken', () => {
    const { config } = loaded({ PROCESSOR_LEASE: '15s1ms' }, temporaryHome());
    expect(config.processor.lease).toBe(15_001);
  });

  test('is not judged against a time-out that is itself wrong', () => {
    const problems = problemsOf({ PROCESSOR_LEASE: '1s', CLIENT_TIMEOUT: '100' }, temporaryHome());
    expect(problems).toMatchObject([{ key: 'client.timeout' }]);
  });
});

describe('a connection that stands still', () => {
  test.each(['30s', '1s'])(
    'is not cut off within %s, before a request of 30 s is answered',
    (stallTimeout) => {
      expect(problemsOf({ SERVER_STALL_TIMEOUT: stallTimeout }, temporaryHome())).toMatchObject([
        { key: 'server.stallTimeout', problem: expect.stringContaining('server.requestTimeout, 30s') },
      ]);
    },
  );
});

describe('an address', () => {
  test.each(['0.0.0.0', '::', '192.168.1.5', 'messages.example', '127.0.0.1.example'])(
    '%s is refused without a key',
    (host) => {
      expect(problemsOf({ SERVER_HOST: host }, temporaryHome())).toMatchObject([{ key: 'server.apiKey' }]);
    },
  );

  test.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost', 'api.localhost'])('%s needs no key', (host) => {
    expect(loaded({ SERVER_HOST: host }, temporaryHome()).config.server.host).toBe(host);
  });

  test.each([{ SERVER_API_KEY: 'some-api-key-of-ours' }, { SERVER_ALLOW_ANONYMOUS: 'true' }])(
    'beyond loopback is taken with %j',
    (given) => {
      expect(loaded({ SERVER_HOST: '0.0.0.0', ...given }, temporaryHome()).config.server.host).toBe(
        '0.0.0.0',
      );
    },
  );
});

describe('pages of every site', () => {
  test.each(['*', 'https://admin.example.com,*'])('are refused without a key: %s', (SERVER_CORS_ORIGINS) => {
    expect(problemsOf({ SERVER_CORS_ORIGINS }, temporaryHome())).toMatchObject([
      { key: 'server.corsOrigins', problem: expect.stringContaining('server.apiKey is not set') },
    ]);
    const given = { SERVER_CORS_ORIGINS, SERVER_API_KEY: 'some-api-key-of-ours' };
    expect(loaded(given, temporaryHome()).config.server.corsOrigins).toContain('*');
  });

  test('may be given by name without a key', () => {
    const { config } = loaded({ SERVER_CORS_ORIGINS: 'http://localhost:8080' }, temporaryHome());
    expect(config.server.corsOrigins).toEqual(['http://localhost:8080']);
  });
});

describe('the webhook', () => {
  const home = (): string => temporaryHome({ 'test.yaml': '' });

  test('may be missing without an APP_ENV', () => {
    expect(loaded({}, home()).config.client.url).toBeUndefined();
  });

  test('is needed with one', () => {
    expect(problemsOf({ APP_ENV: 'test' }, home())).toMatchObject([
      { key: 'client.url', allowed: expect.stringContaining('CLIENT_URL') },
    ]);
  });

  test('may be the sandbox if that is said', () => {
    const { config } = loaded({ APP_ENV: 'test', CLIENT_SANDBOX: 'true' }, home());
    expect(config.client.sandbox).toBe(true);
  });

  test('is one of the two', () => {
    const both = { CLIENT_SANDBOX: 'true', CLIENT_URL: 'http://receiver.example' };
    expect(problemsOf(both, home())).toMatchObject([{ key: 'client.sandbox' }]);
    expect(problemsOf({ CLIENT_SANDBOX: 'false' }, home())).toMatchObject([{ key: 'client.sandbox' }]);
  });
});

describe('a store', () => {
  const both = { POSTGRES_URI: 'postgres://127.0.0.1/app', MONGO_URI: 'mongodb://127.0.0.1/' };

  test('is PostgreSQL or MongoDB, and not both', () => {
    expect(problemsOf(both, temporaryHome())).toMatchObject([
      {
        key: 'postgres.uri',
        origin: { kind: 'environment', name: 'POSTGRES_URI' },
        problem: expect.stringContaining('mongo.uri is set'),
        allowed: expect.stringContaining('one of the two'),
      },
    ]);
  });

  test('that is named in a file of the Go service is not left for another one without a word', () => {
    const file = `client: { url: "http://receiver.example" }
mongo: { uri: "mongodb://127.0.0.1", database: message, messageCollection: messages }
redis: { uri: "127.0.0.1:6379" }`;
    const given = { APP_ENV: 'test', POSTGRES_URI: both.POSTGRES_URI };
    expect(problemsOf(given, temporaryHome({ 'test.yaml': file }))).toMatchObject([{ key: 'postgres.uri' }]);
  });

  test('is needed for an address to listen at', () => {
    const given = { POSTGRES_LISTEN_URI: 'postgres://127.0.0.1/app' };
    expect(problemsOf(given, temporaryHome())).toMatchObject([
      { key: 'postgres.listenUri', allowed: expect.stringContaining('POSTGRES_URI') },
    ]);
    const { config } = loaded({ ...given, POSTGRES_URI: both.POSTGRES_URI }, temporaryHome());
    expect(config.postgres.listenUri).toBe(given.POSTGRES_LISTEN_URI);
  });
});

describe('workers', () => {
  const mongo = { MONGO_URI: 'mongodb://127.0.0.1/' };
  const redis = { REDIS_URI: '127.0.0.1:6379' };
  const postgres = { POSTGRES_URI: 'postgres://127.0.0.1/app' };

  test.each([{}, mongo, redis])('are at most four where SQLite has a part, with %j', (stores) => {
    expect(loaded({ ...stores, SERVER_WORKERS: '4' }, temporaryHome()).config.server.workers).toBe(4);
    expect(problemsOf({ ...stores, SERVER_WORKERS: '5' }, temporaryHome())).toMatchObject([
      {
        key: 'server.workers',
        origin: { kind: 'environment', name: 'SERVER_WORKERS' },
        problem: expect.stringContaining('only one at a time can write'),
        allowed: expect.stringContaining('1 to 4, or postgres.uri, or mongo.uri and redis.uri'),
      },
    ]);
  });

  test.each([{ ...mongo, ...redis }, postgres, { ...postgres, ...redis }])(
    'may be more where it has none, with %j',
    (stores) => {
      const { config } = loaded({ ...stores, SERVER_WORKERS: '32' }, temporaryHome());
      expect(config.server.workers).toBe(32);
    },
  );

  test('cannot share what each keeps in its own memory', () => {
    const inMemory = { SQLITE_PATH: ':memory:' };
    expect(loaded({ ...inMemory, SERVER_WORKERS: '1' }, temporaryHome()).config.server.workers).toBe(1);
    expect(problemsOf({ ...inMemory, SERVER_WORKERS: '2' }, temporaryHome())).toMatchObject([
      { key: 'server.workers', problem: expect.stringContaining(':memory:') },
    ]);
  });
});

describe('a rate', () => {
  test('that is less than one for each worker is refused', () => {
    const settings = { SERVER_WORKERS: '4', PROCESSOR_RATE_PER_SECOND: '3.9' };
    expect(problemsOf(settings, temporaryHome())).toMatchObject([
      {
        key: 'processor.ratePerSecond',
        origin: { kind: 'environment', name: 'PROCESSOR_RATE_PER_SECOND' },
        problem: expect.stringContaining('not in step'),
        allowed: expect.stringContaining('4 or more, or fewer server.workers'),
      },
    ]);
  });

  test.each([
    { SERVER_WORKERS: '4', PROCESSOR_RATE_PER_SECOND: '4' },
    { SERVER_WORKERS: '1', PROCESSOR_RATE_PER_SECOND: '0.5' },
  ])('is taken with %j', (settings) => {
    const { processor } = loaded(settings, temporaryHome()).config;
    expect(processor.ratePerSecond).toBe(Number(settings.PROCESSOR_RATE_PER_SECOND));
  });
});

test('says of reconcile that it needs code', () => {
  expect(problemsOf({ DELIVERY_AMBIGUITY: 'reconcile' }, temporaryHome())).toMatchObject([
    { key: 'delivery.ambiguity', allowed: expect.stringContaining('DeliveryReconciler') },
  ]);
});

test('are reported with values that are wrong by themselves', () => {
  const problems = problemsOf(
    { PROCESSOR_LEASE: '1s', SERVER_PORT: 'x', SERVER_HOST: '::' },
    temporaryHome(),
  );
  expect(problems.map(({ key }) => key)).toEqual(['server.port', 'processor.lease', 'server.apiKey']);
});
