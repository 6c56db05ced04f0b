import { KyWebhookSender, UndiciWebhookSender } from '@messaging-system/adapters-webhook';
import type { Clock } from '@messaging-system/core';
import type { Config } from '../config/config.ts';
import type { WebhookTarget } from './webhook-target.ts';

export type ClosableSender = KyWebhookSender | UndiciWebhookSender;

/** Opens no connection. @throws InvalidOptionsError for what the configuration could not know to be wrong */
export function webhookSender(
  { client }: Config,
  { url, isSandbox }: WebhookTarget,
  clock: Clock,
): ClosableSender {
  const options = {
    url,
    apiKey: client.apiKey,
    apiKeyHeader: client.apiKeyHeader,
    timeoutMs: client.timeout,
    ambiguousStatuses: client.ambiguousStatuses,
    signingSecrets: client.signingSecret,
    // The sandbox is on this machine, which `public` would refuse.
    addressPolicy: isSandbox ? ('any' as const) : client.addressPolicy,
    // The sandbox is on this machine.
    proxy: isSandbox ? undefined : client.proxy,
    clock,
  };
  return client.transport === 'undici' ? new UndiciWebhookSender(options) : new KyWebhookSender(options);
}
