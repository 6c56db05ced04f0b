import { existsSync } from 'node:fs';
import { Messages } from '@messaging-system/core';
import { SystemClock } from '@messaging-system/core/system-clock';
import { createHttpApp, deliverySwitchOf } from '@messaging-system/http-hono';
import { messageRules } from '../../composition/dispatcher.ts';
import { healthChecks } from '../../composition/health-checks.ts';
import { openSentCache, openStore } from '../../composition/stores.ts';
import type { Config } from '../../config/config.ts';
import { secretsOf } from '../../config/secrets-of.ts';
import { ExitCode } from '../../life-cycle/exit-code.ts';
import { StartError } from '../../life-cycle/start-error.ts';
import { createLogger } from '../../log/create-logger.ts';
import { CommandError } from '../command-error.ts';
import { NO_DISPATCHER } from './no-dispatcher.ts';

// An operation on everything that there is may take its time.
const LIMITS = { maxBodyBytes: 104_857_600, requestTimeoutMs: 3_600_000 };

/**
 * The API of a server, on the store itself and inside this process: what a command does is the same either way. Nothing is delivered from here.
 * @param mayCreate whether a SQLite file that is not there is made
 * @throws CommandError when the store cannot be had
 */
export async function directFetch(
  config: Config,
  lifetimes: AsyncDisposableStack,
  mayCreate: boolean,
): Promise<(request: Request) => Promise<Response>> {
  if (config.mongo.uri === undefined) refuseNoFile(config.sqlite.path, mayCreate);
  const log = createLogger(
    { name: config.appName, level: 'warn', isPretty: false, secrets: secretsOf(config) },
    process.stderr,
  );
  try {
    const store = await openStore(config, lifetimes, log);
    const { sentCache } = await openSentCache(config, store, lifetimes, log);
    const clock = new SystemClock();
    const rules = messageRules(config);
    const app = createHttpApp({
      messages: new Messages({ repository: store.repository, sentCache, clock, rules }),
      dispatcher: NO_DISPATCHER,
      clock,
      deliverySwitch: deliverySwitchOf(store.repository),
      // Nobody but this process can ask it.
      apiKeys: 'none',
      browserGuard: 'off',
      rules,
      health: healthChecks(store.repository, sentCache),
      limits: LIMITS,
      onFault: ({ error }) => log.warn({ err: error }, 'the store or the cache did not do what it was asked'),
    });
    return async (request) => app.fetch(request);
  } catch (error) {
    if (error instanceof StartError) {
      throw new CommandError(ExitCode.UNAVAILABLE, 'store_unavailable', error.message, { cause: error });
    }
    throw error;
  }
}

function refuseNoFile(path: string, mayCreate: boolean): void {
  if (path === ':memory:') {
    throw new CommandError(
      ExitCode.CONFIG,
      'no_store',
      'sqlite.path is :memory:, which only the process that keeps it can look into: leave --direct away.',
    );
  }
  if (mayCreate || existsSync(path)) return;
  throw new CommandError(
    ExitCode.UNAVAILABLE,
    'no_store',
    `there is no SQLite file ${path}. It is made by the first serve, send, import or stop --all; SQLITE_PATH or MONGO_URI names another store.`,
  );
}
