import { existsSync } from 'node:fs';
import { Messages } from '@messaging-system/core';
import { type InsertResult, type NewMessage, STOPPED_STATUS } from '@messaging-system/core/adapter';
import { InMemoryMessageRepository } from '@messaging-system/core/in-memory';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import {
  createHttpApp,
  type DispatcherUseCases,
  deliverySwitchOf,
  type HttpAppDependencies,
} from '@messaging-system/http-hono';
import { CommandError } from '../command-error.ts';
import { ExitCode } from '../exit-code.ts';
import type { Configuration, Storage } from '../host.ts';
import { MessagingApi } from './messaging-api.ts';

// An operation on everything that there is may take its time.
const LIMITS = { maxBodyBytes: 104_857_600, requestTimeoutMs: 3_600_000 };

/**
 * The API of a server, on the store itself and inside this process: what a command does is the same either way.
 * Nothing is delivered from here.
 * @param mayCreate whether a SQLite file that is not there is made
 * @throws CommandError when the store cannot be had
 */
export async function directApi(
  configuration: Configuration,
  lifetimes: AsyncDisposableStack,
  mayCreate: boolean,
): Promise<MessagingApi> {
  refuseNoFile(configuration.storage, mayCreate);
  const store = await configuration.openStore(lifetimes, 'warnings');
  const { repository } = store;
  const { sentCache } = await store.openSentCache();
  const { rules } = configuration;
  return localApi({
    messages: new Messages({ repository, sentCache, clock: CLOCK, rules }),
    deliverySwitch: deliverySwitchOf(repository),
    rules,
    limits: LIMITS,
    onFault: ({ error }) => store.warn(error, 'the store or the cache did not do what it was asked'),
  });
}

/** The API by the rules of the configuration, with nothing behind it. */
export function dryRunApi({
  rules,
  maxBodyBytes,
}: Pick<Configuration, 'rules' | 'maxBodyBytes'>): MessagingApi {
  const repository = new ForgetfulRepository(new SystemRandom());
  return localApi({
    messages: new Messages({ repository, clock: CLOCK, rules }),
    rules,
    limits: { maxBodyBytes },
  });
}

/** Takes what a store would take, and keeps nothing. */
class ForgetfulRepository extends InMemoryMessageRepository {
  override insert(messages: readonly NewMessage[]): Promise<InsertResult> {
    return new InMemoryMessageRepository(new SystemRandom()).insert(messages);
  }
}

type Behind = Pick<HttpAppDependencies, 'messages' | 'deliverySwitch' | 'rules' | 'limits' | 'onFault'>;

const CLOCK = new SystemClock();

function localApi(behind: Behind): MessagingApi {
  const app = createHttpApp({
    ...behind,
    dispatcher: NO_DISPATCHER,
    clock: CLOCK,
    // Nobody but this process can ask it.
    apiKeys: 'none',
    browserGuard: 'off',
  });
  return new MessagingApi({
    fetch: async (request) => app.fetch(request),
    // No server answers there: requests to it stay inside this process.
    url: 'http://direct.invalid',
    apiKey: null,
    keyOrigin: null,
    isDirect: true,
  });
}

/** Stands where a server has its dispatcher: commands deliver nothing themselves. */
const NO_DISPATCHER: DispatcherUseCases = {
  start: () => {},
  stop: () => {},
  status: () => STOPPED_STATUS,
  dispatchOnce: async () => ({ kind: 'busy' }),
};

function refuseNoFile({ messages, sqlitePath: path }: Storage, mayCreate: boolean): void {
  if (messages !== 'sqlite') return;
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
    `there is no SQLite file ${path}. It is made by the first serve, send, import or stop --all; SQLITE_PATH, POSTGRES_URI or MONGO_URI names another store.`,
  );
}
