import {
  MemorySeenStore,
  type ReceiverEvent,
  WebhookReceiver,
  type WebhookReceiverOptions,
} from '../src/index.ts';
import { SECRET } from './sender.ts';

export interface Reception {
  readonly receiver: WebhookReceiver;
  readonly events: readonly ReceiverEvent[];
}

/** A receiver that knows `SECRET`, with what it told. */
export function aReceiver(options: Partial<WebhookReceiverOptions> = {}): Reception {
  const events: ReceiverEvent[] = [];
  const receiver = new WebhookReceiver({
    secrets: [SECRET],
    seenStore: new MemorySeenStore(),
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { receiver, events };
}
