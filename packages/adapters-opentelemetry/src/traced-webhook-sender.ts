import type { Message } from '@messaging-system/core';
import {
  checkMethods,
  type SendContext,
  type SendOutcome,
  type WebhookSender,
} from '@messaging-system/core/adapter';
import {
  type Attributes,
  type Context,
  context as contexts,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { attemptAttributes, outcomeAttributes, targetAttributes } from './attempt-attributes.ts';
import { harmless } from './harmless.ts';
import { suppressed } from './suppressed.ts';
import { spanContextOf, traceparentOf } from './traceparent.ts';
import { messagingTracer } from './tracer.ts';

/** Knows the span of the batch that a message was claimed in; `TracingObserver` does. */
export interface BatchSpans {
  spanOf(messageId: string): SpanContext | null;
}

export interface TracedWebhookSenderOptions {
  /** Where the sender sends to, for the attributes of the spans: host and port alone. */
  readonly url?: string | URL | undefined;
  /** Links each attempt to its batch. */
  readonly batches?: BatchSpans | undefined;
}

interface TracedAttempt {
  readonly span: Span;
  /** The context that is active while the sender works. */
  readonly within: Context;
  readonly traceparent: string;
}

/**
 * Makes a span of each attempt, and hands that on to the receiver as `traceparent`. The span belongs to the trace that the message was enqueued in; of a
 * message without one, to its batch's. The inner sender's answers and errors pass through unchanged. Without an SDK the message's own
 * `traceparent` is handed on.
 */
export class TracedWebhookSender implements WebhookSender {
  readonly timeoutMs: number;
  readonly #sender: WebhookSender;
  readonly #batches: BatchSpans | undefined;
  readonly #target: Attributes;
  readonly #tracer: Tracer = messagingTracer();

  /** @throws InvalidOptionsError for anything but a sender */
  constructor(sender: WebhookSender, { url, batches }: TracedWebhookSenderOptions = {}) {
    checkMethods(sender, ['send'], 'sender must be a WebhookSender');
    this.timeoutMs = sender.timeoutMs;
    this.#sender = sender;
    this.#batches = batches;
    this.#target = targetAttributes(url);
  }

  send(message: Message, context: SendContext): Promise<SendOutcome> {
    const traced = harmless(() => this.#begin(message, context));
    if (traced === null) return this.#sender.send(message, context);
    const { span, within, traceparent } = traced;
    const { attempt, signal } = context;
    return ended(
      span,
      contexts.with(within, async () => this.#sender.send(message, { attempt, signal, traceparent })),
    );
  }

  /** Null where there is nothing to trace with. */
  #begin(message: Message, context: SendContext): TracedAttempt | null {
    const { parent, span } = this.#startSpan(message, context);
    // Without an SDK a new span is its parent over again, or none: the sender hands on what the message has.
    const isParent = span.spanContext() === trace.getSpanContext(parent);
    const traceparent = isParent ? null : traceparentOf(span.spanContext());
    return traceparent === null
      ? null
      : { span, within: suppressed(trace.setSpan(parent, span)), traceparent };
  }

  #startSpan(message: Message, { attempt, traceparent }: SendContext): { parent: Context; span: Span } {
    const own = spanContextOf(traceparent) ?? spanContextOf(message.traceparent);
    const batch = this.#batches?.spanOf(message.id) ?? null;
    const origin = own ?? batch;
    // Not what is active: that is whatever happened to start the dispatcher.
    const parent = origin === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, origin);
    const span = this.#tracer.startSpan(
      'send webhook',
      {
        kind: SpanKind.CLIENT,
        attributes: { ...attemptAttributes(message, attempt), ...this.#target },
        links: own === null || batch === null ? [] : [{ context: batch }],
      },
      parent,
    );
    return { parent, span };
  }
}

async function ended(span: Span, sending: Promise<SendOutcome>): Promise<SendOutcome> {
  try {
    const outcome = await sending;
    harmless(() => describe(span, outcome));
    return outcome;
  } catch (error) {
    // A sender must not throw. The error may quote anything, so only its name is kept.
    const name = error instanceof Error ? error.name : typeof error;
    harmless(() =>
      span
        .setAttribute('error.type', name)
        .setStatus({ code: SpanStatusCode.ERROR, message: 'sender_failed' }),
    );
    throw error;
  } finally {
    harmless(() => span.end());
  }
}

function describe(span: Span, outcome: SendOutcome): void {
  span.setAttributes(outcomeAttributes(outcome));
  if (outcome.kind !== 'accepted') span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.reason });
}
