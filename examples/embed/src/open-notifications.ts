import { SqliteStore } from '@messaging-system/adapters-sqlite';
import { KyWebhookSender } from '@messaging-system/adapters-webhook';
import { Dispatcher, type DispatcherObserver, Messages } from '@messaging-system/core';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';

export interface Notifications extends AsyncDisposable {
  readonly messages: Messages;
}

/** A dispatcher inside this process. A message is on the disk before `enqueue` resolves, and is delivered in the background. */
export async function openNotifications(options: {
  readonly file: string;
  readonly webhookUrl: string;
}): Promise<Notifications> {
  const observer: DispatcherObserver = {
    observe(event) {
      if (event.type === 'message.settled') console.log(`${event.message.id}: ${event.settlement.kind}`);
    },
  };
  const clock = new SystemClock();
  const store = await SqliteStore.open({ path: options.file });
  const sender = new KyWebhookSender({ url: options.webhookUrl });
  const ports = { repository: store.messages, sentCache: store.sentCache, clock, observer };
  const dispatcher = new Dispatcher(
    { ...ports, sender, random: new SystemRandom() },
    { drain: true, intervalMs: 1_000, batchSize: 50, concurrency: 8 },
  );
  dispatcher.start();
  return {
    messages: new Messages(ports),
    async [Symbol.asyncDispose]() {
      dispatcher.stop();
      await dispatcher.whenStopped();
      await sender.close();
      await store.close();
    },
  };
}
