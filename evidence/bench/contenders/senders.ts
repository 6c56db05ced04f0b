import { KyWebhookSender, UndiciWebhookSender } from '@messaging-system/adapters-webhook';
import { aMessage } from '@messaging-system/contract-tests';
import type { Message } from '@messaging-system/core';
import type { WebhookSender } from '@messaging-system/core/adapter';
import type { ContenderSetup, Job } from '../suites/throughput/contender.ts';
import { API_KEY, SIGNING_SECRET } from './post-job.ts';

export type SenderName = 'undici' | 'ky';

export type ClosableSender = WebhookSender & { close(): Promise<void> };

export const SEND_TIMEOUT_MS = 15_000;

/** A sender of ours as it is configured in production: signing on. */
export function openSender(name: SenderName, setup: ContenderSetup): ClosableSender {
  const options = {
    url: setup.receiverUrl,
    apiKey: API_KEY,
    signingSecrets: [SIGNING_SECRET],
    timeoutMs: SEND_TIMEOUT_MS,
    connections: setup.concurrency,
  };
  return name === 'ky' ? new KyWebhookSender(options) : new UndiciWebhookSender(options);
}

/** A job as the message that a sender takes. */
export function messageOf({ id, phoneNumber, content }: Job): Message {
  return aMessage({ id, phoneNumber, content });
}
