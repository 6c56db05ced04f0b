import { aMessage } from '@messaging-system/contract-tests';
import type { Message } from '@messaging-system/core';
import type { SendOutcome, StopSignal, WebhookSender } from '@messaging-system/core/adapter';
import { KyWebhookSender, UndiciWebhookSender, type WebhookSenderOptions } from '../src/index.ts';

export interface ClosableSender extends WebhookSender {
  close(): Promise<void>;
}

/** Both senders: what is shown of one has to hold for the other. */
export const SENDERS: readonly (readonly [string, new (options: WebhookSenderOptions) => ClosableSender])[] =
  [
    ['KyWebhookSender', KyWebhookSender],
    ['UndiciWebhookSender', UndiciWebhookSender],
  ];

export function sendOne(
  sender: WebhookSender,
  {
    message = {},
    signal = new AbortController().signal,
  }: { readonly message?: Partial<Message>; readonly signal?: StopSignal } = {},
): Promise<SendOutcome> {
  return sender.send(aMessage(message), { attempt: 1, signal });
}
