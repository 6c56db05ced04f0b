import { aMessage, anAck } from '@messaging-system/contract-tests';
import { trace } from '@opentelemetry/api';
import { type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TracedWebhookSender, TracingObserver } from '../src/index.ts';
import { FakeSender } from './support/fake-sender.ts';

const AT = 1_700_000_000_000;

function register(processor: Partial<SpanProcessor>): void {
  const works: SpanProcessor = {
    onStart: () => undefined,
    onEnd: () => undefined,
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [{ ...works, ...processor }] }));
  onTestFinished(() => trace.disable());
}

function broken(): never {
  throw new Error('a bug of a span processor');
}

describe('a span processor that throws', () => {
  test.each([{ onStart: broken }, { onEnd: broken }])(
    'changes nothing of what was answered, or thrown: %o',
    async (processor) => {
      register(processor);
      const inner = new FakeSender();
      const context = { attempt: 1, signal: new AbortController().signal };
      expect(await new TracedWebhookSender(inner).send(aMessage(), context)).toEqual({ kind: 'accepted' });
      expect(inner.calls).toHaveLength(1);

      const rejecting = new FakeSender(async () => Promise.reject(new RangeError('a bug of the sender')));
      await expect(new TracedWebhookSender(rejecting).send(aMessage(), context)).rejects.toThrow(RangeError);
    },
  );

  test('leaves no message behind in the observer', () => {
    register({ onEnd: broken });
    const observer = new TracingObserver();
    observer.observe({
      type: 'batch.claimed',
      at: AT,
      count: 2,
      interrupted: 0,
      durationMs: 1,
      ids: ['a', 'b'],
    });
    expect(observer.spanOf('a')).not.toBeNull();
    observer.observe({ type: 'messages.released', at: AT, ids: ['b'] });
    const message = aMessage({ id: 'a' });
    observer.observe({ type: 'message.settled', at: AT, message, settlement: anAck('a'), recalled: false });
    expect([observer.spanOf('a'), observer.spanOf('b')]).toEqual([null, null]);
  });
});
