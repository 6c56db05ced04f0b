import type { ConfigProblem } from '@messaging-system/cli';
import { InvalidOptionsError } from '@messaging-system/core';
import { dispatcherOptions } from '@messaging-system/core/adapter';
import { SystemClock } from '@messaging-system/core/system-clock';
import type { Config } from '../config/config.ts';
import { webhookTarget } from '../config/webhook-target.ts';
import { dispatcherSettings } from './dispatcher.ts';
import { webhookSender } from './webhook-sender.ts';

// Where the sandbox will be is not known before the port is; any URL is as good for a check.
const SOMEWHERE = 'http://127.0.0.1';

/** Problems that only the parts can find in their options: each configured part is made once, and nothing is opened. */
export async function unusableOptions(config: Config): Promise<readonly ConfigProblem[]> {
  const { mongo, postgres, redis } = config;
  return [
    ...problemsOf('processor', () => dispatcherOptions(dispatcherSettings(config), config.client.timeout)),
    ...problemsOf('client', () => webhookSender(config, webhookTarget(config, SOMEWHERE), new SystemClock())),
    ...(mongo.uri === undefined ? [] : await mongoProblems(mongo.uri)),
    ...(await postgresProblems(postgres)),
    ...(redis.uri === undefined ? [] : await redisProblems(redis.uri, redis.db)),
  ];
}

function problemsOf(key: string, make: () => unknown): readonly ConfigProblem[] {
  try {
    make();
    return [];
  } catch (error) {
    if (!(error instanceof InvalidOptionsError)) throw error;
    return error.problems.map((problem) => {
      const [, named, rest] = /^(client\.[^ ]+?):? (.+)$/s.exec(problem) ?? [];
      return { key: named ?? key, origin: null, problem: rest ?? problem, allowed: null };
    });
  }
}

async function postgresProblems({ uri, listenUri }: Config['postgres']): Promise<readonly ConfigProblem[]> {
  if (uri === undefined) return [];
  const { clientConfig } = await import('@messaging-system/adapters-postgres');
  return Object.entries({ uri, listenUri }).flatMap(([name, given]) => {
    const config = given === undefined ? null : clientConfig(given);
    return typeof config === 'string'
      ? [{ key: `postgres.${name}`, origin: null, problem: config, allowed: null }]
      : [];
  });
}

async function redisProblems(uri: string, db: number | undefined): Promise<readonly ConfigProblem[]> {
  const { redisClient } = await import('@messaging-system/adapters-redis');
  // It connects at its first use, and has none.
  return problemsOf('redis.uri', () => redisClient({ uri, db }));
}

async function mongoProblems(uri: string): Promise<readonly ConfigProblem[]> {
  const { mongoClient } = await import('./stores.ts');
  try {
    await mongoClient(uri);
    return [];
  } catch (error) {
    // Its message is left out: it quotes what it took for a host, which may be half a password.
    const name = error instanceof Error ? error.name : 'unknown error';
    const problem = `the MongoDB driver cannot read it (${name})`;
    return [{ key: 'mongo.uri', origin: null, problem, allowed: 'a MongoDB connection string' }];
  }
}
