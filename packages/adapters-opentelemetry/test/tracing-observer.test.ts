import { aDeadLetter, aHold, aMessage, aNack, anAck, TRACEPARENT } from '@messaging-system/contract-tests';
import type { MessagingEvent } from '@messaging-system/core';
import type { Settlement } from '@messaging-system/core/adapter';
import { SpanKind } from '@opentelemetry/api';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace';
import { describe, expect, test } from 'vitest';
import { TracingObserver } from '../src/index.ts';
import { recordSpans } from './support/recorded-spans.ts';

const AT = 1_700_000_000_000;

function claimed(...ids: readonly string[]): MessagingEvent {
  return { type: 'batch.claimed', at: AT, count: ids.length, interrupted: 0, durationMs: 40, ids };
}

function settled(settlement: Settlement): MessagingEvent {
  const message = aMessage({ id: settlement.id });
  return { type: 'message.settled', at: AT, message, settlement, recalled: false };
}

function started(id: string, traceparent: string | null): MessagingEvent {
  return { type: 'attempt.started', at: AT, message: aMessage({ id, traceparent }), attempt: 1 };
}

describe('TracingObserver', () => {
  test('makes a span of a batch, from its claim until something became of each message', () => {
    const spans = recordSpans();
    const observer = new TracingObserver();
    const before = Date.now();
    observer.observe(claimed('a', 'b', 'c', 'd', 'e', 'f'));
    observer.observe(settled(anAck('a')));
    observer.observe(settled(aNack('b')));
    observer.observe(settled(aDeadLetter('c')));
    observer.observe(settled(aHold('d')));
    observer.observe({ type: 'messages.released', at: AT, ids: ['e'] });
    expect(spans.ended()).toEqual([]);
    observer.observe({ type: 'lease.lost', at: AT, ids: ['f'], during: 'extend' });

    const [span] = spans.ended();
    expect(span).toMatchObject({ name: 'dispatch batch', kind: SpanKind.CONSUMER, links: [] });
    expect(span?.parentSpanContext).toBeUndefined();
    expect(span?.attributes).toEqual({
      'messaging.system': 'messaging_system',
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'dispatch',
      'messaging.batch.message_count': 6,
      'messaging_system.interrupted': 0,
      'messaging_system.sent': 1,
      'messaging_system.retried': 1,
      'messaging_system.failed': 1,
      'messaging_system.unknown': 1,
      'messaging_system.released': 1,
      'messaging_system.lost': 1,
    });
    const [seconds = 0, nanoseconds = 0] = span?.startTime ?? [];
    const startedAt = seconds * 1_000 + nanoseconds / 1e6;
    expect(startedAt).toBeGreaterThanOrEqual(before - 41);
    expect(startedAt).toBeLessThanOrEqual(Date.now() - 39);
  });

  test('links the spans that the messages of a batch were enqueued in', () => {
    const spans = recordSpans();
    const observer = new TracingObserver();
    observer.observe(claimed('a', 'b'));
    observer.observe(started('a', TRACEPARENT));
    observer.observe(started('b', null));
    observer.observe(settled(anAck('a')));
    observer.observe(settled(anAck('b')));
    const [, traceId, spanId] = TRACEPARENT.split('-');
    expect(spans.ended()[0]?.links).toMatchObject([{ context: { traceId, spanId } }]);
  });

  test('knows the span of a message while it is under way', () => {
    const spans = recordSpans();
    const observer = new TracingObserver();
    expect(observer.spanOf('a')).toBe(null);
    observer.observe(claimed('a'));
    const span = observer.spanOf('a');
    observer.observe(settled(anAck('a')));
    expect(span).toEqual(spans.ended()[0]?.spanContext());
    expect(observer.spanOf('a')).toBe(null);
  });

  test('makes none of a claim that found nothing', () => {
    const spans = recordSpans();
    const observer = new TracingObserver();
    observer.observe(claimed());
    observer.observe({ type: 'dispatcher.stopped', at: AT });
    expect(spans.ended()).toEqual([]);
  });

  test('counts a message that comes back under another lease as lost to the first batch', () => {
    const spans = recordSpans();
    const observer = new TracingObserver();
    observer.observe(claimed('a'));
    observer.observe(claimed('a'));
    observer.observe(settled(anAck('a')));
    expect(
      spans
        .ended()
        .map(({ attributes }) => [attributes['messaging_system.lost'], attributes['messaging_system.sent']]),
    ).toEqual([
      [1, undefined],
      [undefined, 1],
    ]);
  });

  test('ends with the dispatcher what a stop gave up', () => {
    const spans = recordSpans();
    const observer = new TracingObserver();
    observer.observe(claimed('a', 'b'));
    observer.observe(settled(anAck('a')));
    observer.observe({ type: 'dispatcher.stopped', at: AT });
    expect(spans.ended()).toHaveLength(1);
    expect(observer.spanOf('b')).toBe(null);
  });

  test('ignores what became of messages that it knows nothing of', () => {
    const spans = recordSpans();
    const observer = new TracingObserver();
    observer.observe(started('z', TRACEPARENT));
    observer.observe(settled(anAck('z')));
    observer.observe({ type: 'lease.lost', at: AT, ids: ['z'], during: 'settle' });
    expect(spans.ended()).toEqual([]);
  });

  test('keeps nothing where nothing is recorded', () => {
    const withoutSdk = new TracingObserver();
    withoutSdk.observe(claimed('a'));
    expect(withoutSdk.spanOf('a')).toBe(null);
    const spans = recordSpans(new AlwaysOffSampler());
    const notSampled = new TracingObserver();
    notSampled.observe(claimed('a'));
    expect(notSampled.spanOf('a')).toBe(null);
    expect(spans.ended()).toEqual([]);
  });
});
