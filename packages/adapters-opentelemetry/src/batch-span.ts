import { ROOT_CONTEXT, type Span, type SpanContext, SpanKind, type Tracer } from '@opentelemetry/api';
import { harmless } from './harmless.ts';
import { spanContextOf } from './traceparent.ts';

/** The outcome of a message of a batch. */
export type Fate = 'sent' | 'retried' | 'failed' | 'unknown' | 'released' | 'lost';

export interface Claimed {
  readonly ids: readonly string[];
  readonly interrupted: number;
  readonly durationMs: number;
}

/** The span of one batch: from its claim until something has become of each of its messages. */
export class BatchSpan {
  readonly context: SpanContext;
  readonly #span: Span;
  readonly #open: Set<string>;
  readonly #fates = new Map<Fate, number>();

  constructor(tracer: Tracer, { ids, interrupted, durationMs }: Claimed) {
    this.#open = new Set(ids);
    const now = Date.now();
    this.#span = tracer.startSpan(
      'dispatch batch',
      {
        kind: SpanKind.CONSUMER,
        startTime: now - durationMs,
        attributes: {
          'messaging.system': 'messaging_system',
          'messaging.operation.type': 'process',
          'messaging.operation.name': 'dispatch',
          'messaging.batch.message_count': ids.length,
          'messaging_system.interrupted': interrupted,
        },
      },
      ROOT_CONTEXT,
    );
    this.#span.addEvent('claimed', now);
    this.context = this.#span.spanContext();
  }

  get isRecording(): boolean {
    return this.#span.isRecording();
  }

  /** Links the span that a message of the batch was enqueued in. */
  link(traceparent: string | null): void {
    const context = spanContextOf(traceparent);
    if (context !== null) this.#span.addLink({ context });
  }

  /** Ends the span with the last of its messages. */
  close(id: string, fate: Fate): void {
    if (!this.#open.delete(id)) return;
    this.#fates.set(fate, (this.#fates.get(fate) ?? 0) + 1);
    if (this.#open.size === 0) this.end();
  }

  end(): void {
    for (const [fate, count] of this.#fates) this.#span.setAttribute(`messaging_system.${fate}`, count);
    harmless(() => this.#span.end());
  }
}
