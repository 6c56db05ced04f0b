import { Messages } from '@messaging-system/core';
import type { InsertResult, NewMessage } from '@messaging-system/core/adapter';
import { InMemoryMessageRepository } from '@messaging-system/core/in-memory';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import { createHttpApp } from '@messaging-system/http-hono';
import { messageRules } from '../../composition/dispatcher.ts';
import type { Config } from '../../config/config.ts';
import { MessagingApi } from '../connection/messaging-api.ts';
import { NO_DISPATCHER } from '../connection/no-dispatcher.ts';

/** Takes what a store would take, and keeps nothing. */
class ForgetfulRepository extends InMemoryMessageRepository {
  override insert(messages: readonly NewMessage[]): Promise<InsertResult> {
    return new InMemoryMessageRepository(new SystemRandom()).insert(messages);
  }
}

/** The API by the rules of the configuration, with nothing behind it. */
export function dryRunApi(config: Config): MessagingApi {
  const connection = { url: 'http://dry-run.invalid', apiKey: null, keyOrigin: null, isDirect: true };
  return new MessagingApi({ ...connection, fetch: dryRunFetch(config) });
}

/** The requests that it answers. */
export function dryRunFetch(config: Config): (request: Request) => Promise<Response> {
  const clock = new SystemClock();
  const rules = messageRules(config);
  const app = createHttpApp({
    messages: new Messages({ repository: new ForgetfulRepository(new SystemRandom()), clock, rules }),
    dispatcher: NO_DISPATCHER,
    // Nobody but this process can ask it.
    apiKeys: 'none',
    browserGuard: 'off',
    clock,
    rules,
    limits: { maxBodyBytes: config.server.maxBodyBytes },
  });
  return async (request) => app.fetch(request);
}
