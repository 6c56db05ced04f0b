import { flushTraces } from '@messaging-system/adapters-opentelemetry';
import { type Clock, Dispatcher, type DispatcherObserver } from '@messaging-system/core';
import { SystemRandom } from '@messaging-system/core/system-clock';
import type { Logger } from 'pino';
import { dispatcherSettings } from '../composition/dispatcher-settings.ts';
import { openSentCache } from '../composition/open-sent-cache.ts';
import { openStore } from '../composition/open-store.ts';
import { traced } from '../composition/traced.ts';
import { webhookSender } from '../composition/webhook-sender.ts';
import type { WebhookTarget } from '../composition/webhook-target.ts';
import type { Config } from '../config/config.ts';

export interface WorkerParts {
  readonly config: Config;
  readonly target: WebhookTarget;
  readonly log: Logger;
  readonly clock: Clock;
  readonly observer: DispatcherObserver;
}

/** What a worker consists of. */
export interface OpenWorker extends AsyncDisposable {
  readonly dispatcher: Dispatcher;
  /** Drains, and closes everything in reverse order of opening. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens what a dispatcher needs, and makes one; it is not started. @throws StartError, InvalidOptionsError */
export async function openWorker({ config, target, log, clock, observer }: WorkerParts): Promise<OpenWorker> {
  await using opening = new AsyncDisposableStack();
  opening.defer(() => flushTraces());
  const { repository, ...store } = await openStore(config, opening, log);
  const { sentCache } = await openSentCache(config, { repository, ...store }, opening, log);
  const sender = webhookSender(config, target, clock);
  opening.defer(() => sender.close());
  const dispatcher = new Dispatcher(
    { repository, sentCache, clock, random: new SystemRandom(), ...traced({ sender, observer }, target) },
    dispatcherSettings(config),
  );
  opening.defer(async () => {
    dispatcher.stop();
    await dispatcher.whenStopped();
  });
  const lifetimes = opening.move();
  return { dispatcher, [Symbol.asyncDispose]: () => lifetimes.disposeAsync() };
}
