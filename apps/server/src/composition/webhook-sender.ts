import {
  KyWebhookSender,
  UndiciWebhookSender,
  type WebhookSenderOptions,
} from '@messaging-system/adapters-webhook';
import type { Clock } from '@messaging-system/core';
import type { Config } from '../config/config.ts';
import type { WebhookTarget } from '../config/webhook-target.ts';

export type ClosableSender = KyWebhookSender | UndiciWebhookSender;

/** Opens no connection. @throws InvalidOptionsError for what the configuration could not know to be wrong */
export function webhookSender(config: Config, target: WebhookTarget, clock: Clock): ClosableSender {
  const options = webhookOptions(config, target, clock);
  return config.client.transport === 'undici'
    ? new UndiciWebhookSender(options)
    : new KyWebhookSender(options);
}

/** How deliveries are made. Doctor opens its connection with the same options. */
export function webhookOptions({ client }: Config, { url, isSandbox }: WebhookTarget, clock: Clock) {
  return {
    url,
    apiKey: client.apiKey,
    apiKeyHeader: client.apiKeyHeader,
    timeoutMs: client.timeout,
    ambiguousStatuses: client.ambiguousStatuses,
    keepAlive: client.keepAlive,
    signingSecrets: client.signingSecret,
    // The sandbox is on this machine, which `public` would refuse and a proxy would not find.
    addressPolicy: isSandbox ? ('any' as const) : client.addressPolicy,
    proxy: isSandbox ? undefined : client.proxy,
    clock,
  } satisfies WebhookSenderOptions;
}
