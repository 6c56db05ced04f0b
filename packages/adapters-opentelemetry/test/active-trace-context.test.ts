import { Messages } from '@messaging-system/core';
import { InMemoryMessageRepository, ManualClock, SeededRandom } from '@messaging-system/core/in-memory';
import { trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { activeTraceContext, currentTraceparent } from '../src/index.ts';
import { recordSpans, traceparentOf } from './support/recorded-spans.ts';

test('currentTraceparent tells of the active span, and of none where there is none', () => {
  const spans = recordSpans();
  expect(currentTraceparent()).toBe(null);
  const inside = trace.getTracer('test').startActiveSpan('order', (span) => {
    span.end();
    return currentTraceparent();
  });
  const [span] = spans.ended();
  expect(inside).toBe(span === undefined ? '' : traceparentOf(span));
});

test('currentTraceparent is null without an SDK', () => {
  expect(trace.getTracer('test').startActiveSpan('order', () => currentTraceparent())).toBe(null);
});

test('a message that is enqueued in a span keeps it, also over awaits', async () => {
  const spans = recordSpans();
  const messages = new Messages({
    repository: new InMemoryMessageRepository(new SeededRandom()),
    clock: new ManualClock(),
    traceContext: activeTraceContext,
  });
  const result = await trace.getTracer('test').startActiveSpan('order', async (span) => {
    await Promise.resolve();
    const enqueued = await messages.enqueue({ phoneNumber: '+905551111111', content: 'Hello' });
    span.end();
    return enqueued;
  });
  const [span] = spans.ended('order');
  expect(result).toMatchObject({ message: { traceparent: span && traceparentOf(span) } });
});
