// Vitest's global setup: MONGODB_URI, REDIS_URL and POSTGRES_URL where given, else containers where a runtime answers, else nothing: the suites are then
// skipped by name, or, with REQUIRE_SERVICES=1, the run fails.
import type { TestProject } from 'vitest/node';
import { MONGO, openService, POSTGRES, REDIS, type Stoppable } from './tooling/open-service.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    mongoUri: string | null;
    redisUrl: string | null;
    postgresUrl: string | null;
    servicesWhy: string;
  }
}

const PATIENCE_MS = 5_000;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started: Stoppable[] = [];
  const stopAll = async (): Promise<void> => {
    await Promise.allSettled(started.map((container) => container.stop()));
  };
  try {
    const containers = { missing: lazily(whyNoContainers), started };
    const mongo = await openService(MONGO, containers);
    const redis = await openService(REDIS, containers);
    const postgres = await openService(POSTGRES, containers);
    const lacking = [mongo, redis, postgres].flatMap(({ why }) => (why === '' ? [] : [why]));
    if (lacking.length > 0 && process.env.REQUIRE_SERVICES === '1') {
      throw new Error(`REQUIRE_SERVICES=1, but: ${lacking.join('; ')}`);
    }
    if (lacking.length > 0) console.warn(`\n  !! INTEGRATION TESTS SKIPPED: ${lacking.join('; ')}\n`);
    project.provide('mongoUri', mongo.uri);
    project.provide('redisUrl', redis.uri);
    project.provide('postgresUrl', postgres.uri);
    project.provide('servicesWhy', lacking.join('; '));
    return stopAll;
  } catch (error) {
    await stopAll();
    throw error;
  }
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

function lazily<Value>(work: () => Promise<Value>): () => Promise<Value> {
  let result: Promise<Value> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
