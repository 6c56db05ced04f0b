// Vitest's global setup: MONGODB_URI and REDIS_URL where given, else containers where a runtime answers, else nothing: the suites are then
// skipped by name, or, with REQUIRE_SERVICES=1, the run fails.
import { connect } from 'node:net';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    mongoUri: string | null;
    redisUrl: string | null;
    servicesWhy: string;
  }
}

interface Stoppable {
  stop(): Promise<unknown>;
}

interface Service {
  readonly name: string;
  readonly variable: 'MONGODB_URI' | 'REDIS_URL';
  readonly start: (started: Stoppable[]) => Promise<string>;
}

const MONGO: Service = {
  name: 'MongoDB',
  variable: 'MONGODB_URI',
  start: async (started) => {
    const { MongoDBContainer } = await import('@testcontainers/mongodb');
    const container = await new MongoDBContainer('mongo:8').start();
    started.push(container);
    return `${container.getConnectionString()}?directConnection=true`;
  },
};

const REDIS: Service = {
  name: 'Redis',
  variable: 'REDIS_URL',
  start: async (started) => {
    const { RedisContainer } = await import('@testcontainers/redis');
    const container = await new RedisContainer('redis:8-alpine').start();
    started.push(container);
    return container.getConnectionUrl();
  },
};

const PATIENCE_MS = 5_000;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started: Stoppable[] = [];
  const stopAll = async (): Promise<void> => {
    await Promise.allSettled(started.map((container) => container.stop()));
  };
  try {
    const containers = { missing: lazily(whyNoContainers), started };
    const mongo = await open(MONGO, containers);
    const redis = await open(REDIS, containers);
    const lacking = [mongo, redis].flatMap(({ why }) => (why === '' ? [] : [why]));
    if (lacking.length > 0 && process.env.REQUIRE_SERVICES === '1') {
      throw new Error(`REQUIRE_SERVICES=1, but: ${lacking.join('; ')}`);
    }
    if (lacking.length > 0) console.warn(`\n  !! INTEGRATION TESTS SKIPPED: ${lacking.join('; ')}\n`);
    project.provide('mongoUri', mongo.uri);
    project.provide('redisUrl', redis.uri);
    project.provide('servicesWhy', lacking.join('; '));
    return stopAll;
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function open(
  service: Service,
  containers: { readonly missing: () => Promise<string | null>; readonly started: Stoppable[] },
): Promise<{ readonly uri: string | null; readonly why: string }> {
  const given = process.env[service.variable];
  if (given !== undefined && given !== '') {
    await assertListening(service, given);
    return { uri: given, why: '' };
  }
  const missing = await containers.missing();
  if (missing !== null)
    return { uri: null, why: `no ${service.name}: ${service.variable} is not set, and ${missing}` };
  return { uri: await service.start(containers.started), why: '' };
}

async function whyNoContainers(): Promise<string | null> {
  if (process.env.NO_CONTAINERS === '1') return 'NO_CONTAINERS=1';
  const { getContainerRuntimeClient } = await import('testcontainers');
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no container runtime answered')), PATIENCE_MS);
  try {
    await Promise.race([getContainerRuntimeClient(), late]);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}

/** A URI that leads nowhere would otherwise cost every suite its own time-out. */
async function assertListening(service: Service, uri: string): Promise<void> {
  const { hostname, port } = new URL(uri.split(',')[0] ?? uri);
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: PATIENCE_MS });
    const fail = (why: string): void => {
      socket.destroy();
      reject(
        new Error(
          `${service.variable} is set, but ${service.name} does not answer at ${hostname}:${port}: ${why}`,
        ),
      );
    };
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () => fail('no connection in time'));
    socket.once('error', (error) => fail(error.message));
  });
}

function lazily<Value>(work: () => Promise<Value>): () => Promise<Value> {
  let result: Promise<Value> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
