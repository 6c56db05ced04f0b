import { flushTraces } from '@messaging-system/adapters-opentelemetry';
import { type Clock, MessagingError } from '@messaging-system/core';
import type { DeliveryStop, MessageRepository } from '@messaging-system/core/adapter';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { shownTarget, type WebhookTarget, webhookTarget } from '../config/webhook-target.ts';
import { compose, TOKENS } from './compose.ts';
import { openHttpServer } from './open-http-server.ts';
import { openSentCache, openStore } from './stores.ts';

/** The server, answering and delivering. */
export interface OpenServer extends AsyncDisposable {
  /** Where it answers. */
  readonly url: string;
  readonly target: WebhookTarget;
  /** Delivery was stopped for every server when this one opened; null: it was not, or the store did not say. */
  readonly deliveryStop: DeliveryStop | null;
  /** Is not ready from here on, drains, and closes everything in reverse order of opening. A repeated call waits for the same end. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens the store, the sent cache and the address, makes the rest and begins. Everything that was opened is closed again when something fails.
 * @throws StartError for what is out of reach, InvalidOptionsError for what only the parts themselves know to be wrong
 */
export async function openServer(config: Config, log: Logger, clock: Clock): Promise<OpenServer> {
  await using opening = new AsyncDisposableStack();
  // The last of all: the process is ended then, whatever an SDK still holds.
  opening.defer(() => flushTraces());
  const store = await openStore(config, opening, log);
  const cache = await openSentCache(config, store, opening, log);
  const http = await openHttpServer(config.server, opening);
  const deliveryStop = await standingStop(store.repository);

  let isShuttingDown = false;
  const target = webhookTarget(config, http.url);
  const description = { store: store.name, target: shownTarget(target) };
  const parts = compose({
    config,
    log,
    clock,
    repository: store.repository,
    sentCache: cache.sentCache,
    target,
    description,
    isShuttingDown: () => isShuttingDown,
  });
  const events = parts.resolve(TOKENS.events);
  const dashboard = parts.resolve(TOKENS.dashboard);
  // After the last event of the drain, and before the address waits for whoever is still connected.
  opening.defer(() => {
    events.close();
    dashboard.close();
  });
  const sender = parts.resolve(TOKENS.sender);
  opening.defer(() => sender.close());
  const processor = parts.resolve(TOKENS.processor);
  opening.defer(() => processor.close());
  await processor.open();
  const unwatch = store.repository.watch?.(() => processor.wake());
  if (unwatch !== undefined) opening.defer(unwatch);
  const retention = parts.resolve(TOKENS.retention);
  if (retention !== null) opening.use(retention);
  const app = parts.resolve(TOKENS.httpApp);
  http.serve((request, env) => app.fetch(request, env));

  log.info({ ...description, sentCache: cache.name }, `answers on ${http.url}`);
  if (config.processor.autoStart) processor.start();
  retention?.start();

  const lifetimes = opening.move();
  let closed: Promise<void> | null = null;
  return {
    url: http.url,
    target,
    deliveryStop,
    [Symbol.asyncDispose]: () => {
      isShuttingDown = true;
      http.endKeepAlive();
      // At once, whatever has to be closed before it.
      processor.stop();
      closed ??= lifetimes.disposeAsync();
      return closed;
    },
  };
}

async function standingStop(repository: MessageRepository): Promise<DeliveryStop | null> {
  try {
    return (await repository.deliveryStop?.()) ?? null;
  } catch (error) {
    // The dispatcher asks again before it claims anything, and logs what goes wrong.
    if (error instanceof MessagingError) return null;
    throw error;
  }
}
