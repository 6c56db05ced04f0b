import { SqliteStore } from '@messaging-system/adapters-sqlite';
import { KyWebhookSender } from '@messaging-system/adapters-webhook';
import { Dispatcher, type DispatcherObserver, Messages } from '@messaging-system/core';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import { createHttpApp, DashboardFeed, deliverySwitchOf } from '@messaging-system/http-hono';
import { PrometheusMetrics } from '@messaging-system/http-hono/metrics';
import { Hono } from 'hono';

export interface MessagingOptions {
  readonly file: string;
  readonly webhookUrl: string;
  /** Asked for by the API, the dashboard and the metrics. */
  readonly apiKey: string;
}

export interface Messaging extends AsyncDisposable {
  readonly messages: Messages;
  /** Answers what is asked for at `/messaging` and below: the API, the dashboard and the metrics. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Claims nothing more and ends the live pages, so that an HTTP server can close. Enqueueing goes on. */
  drain(): void;
  /** Waits for the deliveries under way, then closes everything. Call it after the HTTP server has closed. */
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openMessaging(options: MessagingOptions): Promise<Messaging> {
  await using opening = new AsyncDisposableStack();
  const clock = new SystemClock();
  const feed = new DashboardFeed({ clock });
  const metrics = new PrometheusMetrics({
    clock,
    dispatcher: () => dispatcher,
    messages: () => messages,
    deliverySwitch: () => deliverySwitchOf(store.messages),
  });
  const observer: DispatcherObserver = {
    observe(event) {
      feed.observe(event);
      metrics.observe(event);
    },
  };
  const store = opening.use(await SqliteStore.open({ path: options.file }));
  const sender = new KyWebhookSender({ url: options.webhookUrl });
  opening.defer(() => sender.close());

  const ports = { repository: store.messages, sentCache: store.sentCache, clock, observer };
  const messages = new Messages(ports);
  const dispatcher = new Dispatcher(
    { ...ports, sender, random: new SystemRandom() },
    { drain: true, intervalMs: 1_000, batchSize: 50, concurrency: 8 },
  );
  let isDraining = false;
  const drain = (): void => {
    isDraining = true;
    dispatcher.stop();
    feed.close();
  };
  opening.defer(() => dispatcher.whenStopped());

  const host = new Hono();
  const api = createHttpApp({
    messages,
    dispatcher,
    clock,
    apiKeys: [options.apiKey],
    deliverySwitch: deliverySwitchOf(store.messages),
    dashboard: { feed },
    metrics,
    isShuttingDown: () => isDraining,
    health: { store: { required: true, check: () => messages.counts().then(() => ({ ok: true })) } },
  });
  host.route('/messaging', api);

  dispatcher.start();
  const open = opening.move();
  return {
    messages,
    fetch: (request) => host.fetch(request),
    drain,
    [Symbol.asyncDispose]: () => {
      drain();
      return open.disposeAsync();
    },
  };
}
