import { aMessage, TRACEPARENT } from '@messaging-system/contract-tests';
import type { SendContext, SendOutcome } from '@messaging-system/core/adapter';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { AlwaysOffSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace';
import { describe, expect, test } from 'vitest';
import { TracedWebhookSender } from '../src/index.ts';
import { FakeSender } from './support/fake-sender.ts';
import { recordSpans, traceparentOf } from './support/recorded-spans.ts';

const [, TRACE_ID, SPAN_ID] = TRACEPARENT.split('-');
const BATCH = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

function first(attempt: number = 1): SendContext {
  return { attempt, signal: new AbortController().signal };
}

describe('TracedWebhookSender', () => {
  test("makes a span of each attempt in the message's trace, and hands it on to the receiver", async () => {
    const spans = recordSpans();
    const inner = new FakeSender();
    const sender = new TracedWebhookSender(inner, { url: 'https://user:pw@hooks.example:8443/s3cret?k=v' });
    const message = aMessage({ traceparent: TRACEPARENT });
    const sendContext = first(2);

    expect(await sender.send(message, sendContext)).toEqual({ kind: 'accepted' });

    const [span, ...others] = spans.ended();
    if (span === undefined) throw new Error('no span');
    expect(others).toEqual([]);
    expect(span).toMatchObject({
      name: 'send webhook',
      kind: SpanKind.CLIENT,
      parentSpanContext: { traceId: TRACE_ID, spanId: SPAN_ID, isRemote: true },
      status: { code: SpanStatusCode.UNSET },
      links: [],
    });
    expect(span.attributes).toEqual({
      'messaging.system': 'messaging_system',
      'messaging.operation.type': 'send',
      'messaging.operation.name': 'send',
      'messaging.destination.name': 'webhook',
      'messaging.message.id': message.id,
      'http.request.method': 'POST',
      'server.address': 'hooks.example',
      'server.port': 8443,
      'url.scheme': 'https',
      'messaging_system.attempt': 2,
      'messaging_system.outcome': 'accepted',
    });
    expect(inner.calls).toEqual([{ message, context: { ...sendContext, traceparent: traceparentOf(span) } }]);
    expect(span.spanContext().traceId).toBe(TRACE_ID);
  });

  test.for<[SendOutcome, Record<string, unknown>]>([
    [
      { kind: 'retryable', reason: 'http_503' },
      { 'error.type': 'http_503', 'http.response.status_code': 503, 'messaging_system.outcome': 'retryable' },
    ],
    [
      { kind: 'permanent', reason: 'http_400' },
      { 'error.type': 'http_400', 'http.response.status_code': 400, 'messaging_system.outcome': 'permanent' },
    ],
    [
      { kind: 'ambiguous', reason: 'timeout' },
      { 'error.type': 'timeout', 'messaging_system.outcome': 'ambiguous' },
    ],
  ])('marks what was not accepted as an error: %j', async ([outcome, attributes]) => {
    const spans = recordSpans();
    const sender = new TracedWebhookSender(new FakeSender(async () => outcome));

    expect(await sender.send(aMessage(), first())).toBe(outcome);

    const [span] = spans.ended();
    expect(span?.status).toEqual({
      code: SpanStatusCode.ERROR,
      message: 'reason' in outcome ? outcome.reason : '',
    });
    expect(span?.attributes).toMatchObject(attributes);
  });

  test.each([
    ['rejects', async () => Promise.reject(new RangeError('+905551111111'))],
    [
      'throws',
      () => {
        throw new RangeError('+905551111111');
      },
    ],
  ])('ends the span of a sender that %s, and quotes nothing of it', async (_, answer) => {
    const spans = recordSpans();
    const sender = new TracedWebhookSender(new FakeSender(answer));

    await expect(sender.send(aMessage(), first())).rejects.toThrow(RangeError);

    const [span] = spans.ended();
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.attributes['error.type']).toBe('RangeError');
    expect(JSON.stringify([span?.attributes, span?.status, span?.events])).not.toContain('+90555');
  });

  test('puts neither phone number nor content into a span', async () => {
    const spans = recordSpans();
    await new TracedWebhookSender(new FakeSender()).send(
      aMessage({ phoneNumber: '+905559999999', content: 'Your code is 4711', idempotencyKey: 'order-9' }),
      first(),
    );
    expect(JSON.stringify(spans.ended()[0]?.attributes)).not.toMatch(/90555|4711|order-9/);
  });

  test('links the span to its batch', async () => {
    const spans = recordSpans();
    const sender = new TracedWebhookSender(new FakeSender(), { batches: { spanOf: () => BATCH } });
    await sender.send(aMessage({ traceparent: TRACEPARENT }), first());
    expect(spans.ended()[0]).toMatchObject({
      parentSpanContext: { traceId: TRACE_ID },
      links: [{ context: BATCH }],
    });
  });

  test("has the batch's trace for a message without one", async () => {
    const spans = recordSpans();
    const sender = new TracedWebhookSender(new FakeSender(), { batches: { spanOf: () => BATCH } });
    await sender.send(aMessage(), first());
    expect(spans.ended()[0]).toMatchObject({ parentSpanContext: BATCH, links: [] });
  });

  test('belongs to no span that happens to be active', async () => {
    const spans = recordSpans();
    const sender = new TracedWebhookSender(new FakeSender());
    await trace.getTracer('test').startActiveSpan('start the dispatcher', async (active) => {
      await sender.send(aMessage(), first());
      active.end();
    });
    expect(spans.ended('send webhook')[0]?.parentSpanContext).toBeUndefined();
  });

  test('is active while the sender works, and keeps instrumentations from tracing the request again', async () => {
    recordSpans();
    const seen: unknown[] = [];
    const inner = new FakeSender(async () => {
      const active = context.active();
      seen.push([trace.getSpanContext(active)?.traceId, isTracingSuppressed(active)]);
      return { kind: 'accepted' };
    });
    await new TracedWebhookSender(inner).send(aMessage({ traceparent: TRACEPARENT }), first());
    expect(seen).toEqual([[TRACE_ID, true]]);
    expect(isTracingSuppressed(context.active())).toBe(false);
  });

  test('hands on a span that is not sampled as not sampled', async () => {
    const spans = recordSpans(new ParentBasedSampler({ root: new AlwaysOffSampler() }));
    const inner = new FakeSender();
    await new TracedWebhookSender(inner).send(
      aMessage({ traceparent: `${TRACEPARENT.slice(0, -2)}00` }),
      first(),
    );
    expect(spans.ended()).toEqual([]);
    expect(inner.lastTraceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
  });

  test('without an SDK leaves it to the sender to hand on what the message has', async () => {
    const inner = new FakeSender();
    const sender = new TracedWebhookSender(inner);
    const contexts = [first(), { ...first(2), traceparent: TRACEPARENT }];
    for (const given of contexts) {
      for (const message of [aMessage({ traceparent: TRACEPARENT }), aMessage()]) {
        await sender.send(message, given);
        expect(inner.calls.at(-1)).toEqual({ message, context: given });
      }
    }
  });
});
