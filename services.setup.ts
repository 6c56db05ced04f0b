// vitest globalSetup: MONGODB_URI / REDIS_URL if given, else Testcontainers if a container
// runtime answers, else null (the suites skip and say so) - or fail when REQUIRE_SERVICES=1.
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    mongoUri: string | null;
    redisUrl: string | null;
    servicesWhy: string;
  }
}
type Stoppable = { stop(): Promise<unknown> };

async function runtimeMissing(): Promise<string | undefined> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      getContainerRuntimeClient(),
      new Promise((_, no) => {
        timer = setTimeout(() => no(new Error('container runtime did not answer in 5 s')), 5000);
      }),
    ]);
    return undefined;
  } catch (e) {
    return (e as Error).message;
  } finally {
    clearTimeout(timer);
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started: Stoppable[] = [];
  let mongoUri = process.env.MONGODB_URI || null;
  let redisUrl = process.env.REDIS_URL || null;
  let why = '';
  if (!mongoUri || !redisUrl) {
    const missing = process.env.NO_CONTAINERS === '1' ? 'NO_CONTAINERS=1' : await runtimeMissing();
    if (missing === undefined) {
      try {
        if (!mongoUri) {
          const { MongoDBContainer } = await import('@testcontainers/mongodb');
          const c = await new MongoDBContainer('mongo:8').start();
          started.push(c);
          mongoUri = `${c.getConnectionString()}?directConnection=true`;
        }
        if (!redisUrl) {
          const { RedisContainer } = await import('@testcontainers/redis');
          const c = await new RedisContainer('redis:8-alpine').start();
          started.push(c);
          redisUrl = c.getConnectionUrl();
        }
      } catch (e) {
        await Promise.allSettled(started.map((s) => s.stop()));
        throw e;
      }
    } else why = missing;
    const lacking = [!mongoUri && 'MongoDB (MONGODB_URI)', !redisUrl && 'Redis (REDIS_URL)']
      .filter(Boolean)
      .join(' and ');
    if (lacking) {
      const text = `no ${lacking}: not set, and ${why}`;
      if (process.env.REQUIRE_SERVICES === '1') throw new Error(`REQUIRE_SERVICES=1 but ${text}`);
      console.warn(`\n  !! INTEGRATION TESTS SKIPPED: ${text}\n`);
    }
  }
  project.provide('mongoUri', mongoUri);
  project.provide('redisUrl', redisUrl);
  project.provide('servicesWhy', why);
  return async () => {
    await Promise.allSettled(started.map((s) => s.stop()));
  };
}
