import { TracedWebhookSender, TracingObserver } from '@messaging-system/adapters-opentelemetry';
import { type DispatcherObserver, FanOutObserver, type WebhookSender } from '@messaging-system/core';
import type { WebhookTarget } from './webhook-target.ts';

export interface SendAndWatch {
  readonly sender: WebhookSender;
  readonly observer: DispatcherObserver;
}

/** One dispatcher's sender and observer, with a span of each attempt and batch where an SDK is registered. Without one it costs next to nothing. */
export function traced({ sender, observer }: SendAndWatch, { url }: WebhookTarget): SendAndWatch {
  const batches = new TracingObserver();
  return {
    sender: new TracedWebhookSender(sender, { url, batches }),
    observer: new FanOutObserver([batches, observer]),
  };
}
