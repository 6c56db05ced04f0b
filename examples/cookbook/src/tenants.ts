import { join } from 'node:path';
import { SqliteStore } from '@messaging-system/adapters-sqlite';
import { KyWebhookSender } from '@messaging-system/adapters-webhook';
import { Dispatcher, Messages } from '@messaging-system/core';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';

export interface Tenant {
  readonly name: string;
  readonly webhookUrl: string;
  readonly signingSecret: string;
  readonly ratePerSecond: number;
}

/** Every tenant with a file, a webhook, a rate and a breaker of its own; one that fails or floods takes nothing from the others. */
export class Tenants implements AsyncDisposable {
  readonly #messages = new Map<string, Messages>();
  readonly #dispatchers: Dispatcher[] = [];
  readonly #open = new AsyncDisposableStack();

  static async open(folder: string, tenants: readonly Tenant[]): Promise<Tenants> {
    const opened = new Tenants();
    try {
      for (const tenant of tenants) await opened.#add(folder, tenant);
      return opened;
    } catch (error) {
      await opened[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Undefined for a name that is not a tenant's. */
  messagesOf(name: string): Messages | undefined {
    return this.#messages.get(name);
  }

  /** Drains all of them at the same time, then closes them. */
  [Symbol.asyncDispose](): Promise<void> {
    for (const dispatcher of this.#dispatchers) dispatcher.stop();
    return this.#open.disposeAsync();
  }

  async #add(folder: string, tenant: Tenant): Promise<void> {
    const clock = new SystemClock();
    const store = this.#open.use(await SqliteStore.open({ path: join(folder, `${tenant.name}.db`) }));
    const sender = new KyWebhookSender({ url: tenant.webhookUrl, signingSecrets: [tenant.signingSecret] });
    this.#open.defer(() => sender.close());
    const ports = { repository: store.messages, sentCache: store.sentCache, clock };
    const dispatcher = new Dispatcher(
      { ...ports, sender, random: new SystemRandom() },
      { drain: true, intervalMs: 1_000, concurrency: 4, ratePerSecond: tenant.ratePerSecond },
    );
    this.#open.defer(() => dispatcher.whenStopped());
    this.#dispatchers.push(dispatcher);
    dispatcher.start();
    this.#messages.set(tenant.name, new Messages(ports));
  }
}
