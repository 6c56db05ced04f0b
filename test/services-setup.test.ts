import { setServers } from 'node:dns';
import dns from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Containers, MONGO, mongoImage, openService, POSTGRES, REDIS } from '../tooling/open-service.ts';

const NO_CONTAINERS: Containers = { missing: async () => 'NO_CONTAINERS=1', started: [] };
// Servers of this machine listen on 127.0.0.1; nobody does here.
const NOBODY = '127.0.0.77';

/** The set-up's message to a user who gives it this URI. */
async function opened(service: typeof MONGO, uri: string | undefined): Promise<string> {
  const before = process.env[service.variable];
  onTestFinished(() => setVariable(service.variable, before));
  setVariable(service.variable, uri);
  return openService(service, NO_CONTAINERS).then(
    ({ uri: found, why }) => found ?? why,
    (error: unknown) => String(error),
  );
}

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

describe('the set-up of the tests', () => {
  test('connects to the default port where a Redis URL names none', async () => {
    expect(await opened(REDIS, `redis://${NOBODY}`)).toBe(
      `Error: REDIS_URL is set, but Redis cannot be used there: connect ECONNREFUSED ${NOBODY}:6379`,
    );
  });

  test('connects to the default port where a PostgreSQL URI names none', async () => {
    expect(await opened(POSTGRES, `postgres://${NOBODY}/shop`)).toBe(
      `Error: POSTGRES_URL is set, but PostgreSQL cannot be used there: connect ECONNREFUSED ${NOBODY}:5432`,
    );
  });

  test('connects to the default port where a MongoDB URI names none', async () => {
    expect(await opened(MONGO, `mongodb://${NOBODY}/?directConnection=true`)).toBe(
      `Error: MONGODB_URI is set, but MongoDB cannot be used there: connect ECONNREFUSED ${NOBODY}:27017`,
    );
  });

  test('lets the driver resolve a mongodb+srv URI', async () => {
    const servers = dns.getServers();
    // Nobody resolves anything there, and nothing leaves this machine.
    setServers([`${NOBODY}:1`]);
    onTestFinished(() => setServers(servers));
    expect(await opened(MONGO, 'mongodb+srv://user:s3cret@cluster.example.com')).toMatch(
      /cannot be used there: querySrv \w+ _mongodb\._tcp\.cluster\.example\.com$/,
    );
  });

  test('repeats nothing of a URI that the driver cannot read', async () => {
    expect(await opened(MONGO, 'mongodb://user:s3/cret@host')).toBe(
      'Error: MONGODB_URI is set, but MongoDB cannot be used there: the driver cannot read this URI',
    );
  });

  test('says why there is no server where the variable is not set', async () => {
    expect(await opened(REDIS, undefined)).toBe('no Redis: REDIS_URL is not set, and NO_CONTAINERS=1');
  });

  test('takes the image of MongoDB from MONGO_IMAGE, and refuses a tag that Testcontainers cannot start', () => {
    expect(mongoImage({})).toBe('mongo:8');
    expect(mongoImage({ MONGO_IMAGE: 'mongo:6.0' })).toBe('mongo:6.0');
    for (const image of ['mongo', 'mongo:latest', 'mongo:8-noble']) {
      expect(() => mongoImage({ MONGO_IMAGE: image })).toThrow(/bare version, such as mongo:7/);
    }
  });
});

test('each supported server has a job of the nightly workflow', () => {
  const workflow = readFileSync('.github/workflows/servers.yml', 'utf8');
  const images = (variable: string): ReadonlySet<string> =>
    new Set(
      [...workflow.matchAll(new RegExp(`\\b${variable}: '([^']+)'`, 'g'))].map(([, image = '']) => image),
    );
  expect(images('mongo')).toEqual(new Set(['mongo:6', 'mongo:7', 'mongo:8']));
  expect(images('redis')).toEqual(new Set(['redis:6.2', 'redis:7.2', 'redis:8', 'valkey/valkey:8']));
  expect(images('postgres')).toEqual(new Set(['postgres:14', 'postgres:16', 'postgres:17', 'postgres:18']));
  expect(workflow).toMatch(/POSTGRES_IMAGE: .*matrix\.postgres/);
  expect(workflow).toMatch(/MONGO_IMAGE: .*matrix\.mongo/);
  expect(workflow).toMatch(/REDIS_IMAGE: .*matrix\.redis/);
  for (const image of images('mongo')) expect(mongoImage({ MONGO_IMAGE: image })).toBe(image);
});
