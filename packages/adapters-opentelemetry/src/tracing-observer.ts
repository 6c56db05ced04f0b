import type { DispatcherObserver, MessagingEvent } from '@messaging-system/core';
import type { Settlement } from '@messaging-system/core/adapter';
import type { SpanContext, Tracer } from '@opentelemetry/api';
import { BatchSpan, type Fate } from './batch-span.ts';
import type { BatchSpans } from './traced-webhook-sender.ts';
import { messagingTracer } from './tracer.ts';

const FATES: Readonly<Record<Settlement['kind'], Fate>> = {
  ack: 'sent',
  nack: 'retried',
  deadLetter: 'failed',
  hold: 'unknown',
};

/**
 * Makes a span of each batch, from its claim until each of its messages was settled, released or lost, with links to the spans that they were enqueued
 * in. A trace of its own, since the messages of a batch come from many. Claims that found nothing have none. One observer watches one dispatcher.
 */
export class TracingObserver implements DispatcherObserver, BatchSpans {
  readonly #tracer: Tracer = messagingTracer();
  readonly #batches = new Map<string, BatchSpan>();

  /** Null for a message that is not under way, or whose batch is not sampled. */
  spanOf(messageId: string): SpanContext | null {
    return this.#batches.get(messageId)?.context ?? null;
  }

  observe(event: MessagingEvent): void {
    switch (event.type) {
      case 'batch.claimed':
        if (event.count > 0) this.#claimed(event);
        return;
      case 'attempt.started':
        this.#batches.get(event.message.id)?.link(event.message.traceparent);
        return;
      case 'message.settled':
        this.#close([event.message.id], FATES[event.settlement.kind]);
        return;
      case 'messages.released':
        this.#close(event.ids, 'released');
        return;
      case 'lease.lost':
        this.#close(event.ids, 'lost');
        return;
      case 'dispatcher.stopped':
        this.#stopped();
    }
  }

  #claimed(event: Extract<MessagingEvent, { readonly type: 'batch.claimed' }>): void {
    const batch = new BatchSpan(this.#tracer, event);
    if (!batch.isRecording) return;
    // One that comes back under another lease was lost under the first.
    this.#close(event.ids, 'lost');
    for (const id of event.ids) this.#batches.set(id, batch);
  }

  #close(ids: readonly string[], fate: Fate): void {
    for (const id of ids) {
      this.#batches.get(id)?.close(id, fate);
      this.#batches.delete(id);
    }
  }

  /** Messages that a stop gave up have no more events. */
  #stopped(): void {
    for (const batch of new Set(this.#batches.values())) batch.end();
    this.#batches.clear();
  }
}
