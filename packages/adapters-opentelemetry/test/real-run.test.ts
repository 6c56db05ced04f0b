import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from '@messaging-system/adapters-sqlite';
import { KyWebhookSender } from '@messaging-system/adapters-webhook';
import { DEFAULT_RETRY_POLICY, Dispatcher, Messages } from '@messaging-system/core';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import { trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { expect, onTestFinished, test } from 'vitest';
import { activeTraceContext, TracedWebhookSender, TracingObserver } from '../src/index.ts';
import { describeTraces } from './support/describe-traces.ts';
import { recordSpans, traceparentOf } from './support/recorded-spans.ts';
import { type ScriptedReceiver, scriptedReceiver } from './support/scripted-receiver.ts';

const clock = new SystemClock();

interface RealRun {
  readonly spans: readonly ReadableSpan[];
  readonly receiver: ScriptedReceiver;
  readonly ids: readonly string[];
}

/** Two orders are placed; of their messages the first is refused once, and delivered with another batch. */
async function realRun(): Promise<RealRun> {
  const spans = recordSpans();
  const receiver = await scriptedReceiver(503);
  const folder = await mkdtemp(join(tmpdir(), 'traces-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'messages.db');
  const ids = [await placeOrder(path, 'order 17'), await placeOrder(path, 'order 18')];
  await deliverAll(path, receiver.url);
  return { spans: spans.ended(), receiver, ids };
}

async function placeOrder(path: string, name: string): Promise<string> {
  await using store = await SqliteStore.open({ path });
  const messages = new Messages({ repository: store.messages, clock, traceContext: activeTraceContext });
  return trace.getTracer('shop').startActiveSpan(name, async (span) => {
    const result = await messages.enqueue({ phoneNumber: '+905551234567', content: `Thank you for ${name}` });
    span.end();
    if (result.kind !== 'stored') throw new Error(result.kind);
    return result.message.id;
  });
}

/** As another process would, later: all that it knows is the store. */
async function deliverAll(path: string, url: string): Promise<void> {
  await using store = await SqliteStore.open({ path });
  const observer = new TracingObserver();
  const webhook = new KyWebhookSender({ url, timeoutMs: 5_000 });
  onTestFinished(() => webhook.close());
  const dispatcher = new Dispatcher(
    {
      repository: store.messages,
      sentCache: store.sentCache,
      sender: new TracedWebhookSender(webhook, { url, batches: observer }),
      clock,
      random: new SystemRandom(),
      observer,
    },
    { batchSize: 10, concurrency: 1, retry: { ...DEFAULT_RETRY_POLICY, maxDelayMs: 1 } },
  );
  await expect
    .poll(async () => {
      await dispatcher.dispatchOnce();
      return (await store.messages.counts()).sent.count;
    })
    .toBe(2);
}

test('every attempt has a span in the trace of its enqueue, and the receiver gets that span', async () => {
  const { spans, receiver, ids } = await realRun();
  const attempts = spans.filter(({ name }) => name === 'send webhook');

  expect(receiver.received.map(({ traceparent }) => traceparent)).toEqual(attempts.map(traceparentOf));
  expect(receiver.received.map((headers) => headers['webhook-id'])).toEqual([ids[0], ids[1], ids[0]]);
  for (const [name, id, count] of [
    ['order 17', ids[0], 2],
    ['order 18', ids[1], 1],
  ] as const) {
    const order = spans.find((span) => span.name === name)?.spanContext();
    const ofTheOrder = attempts.filter(({ attributes }) => attributes['messaging.message.id'] === id);
    expect(ofTheOrder).toHaveLength(count);
    for (const { parentSpanContext } of ofTheOrder) {
      expect(parentSpanContext).toMatchObject({ traceId: order?.traceId, spanId: order?.spanId });
    }
  }
});

test('docs/tracing.md shows the traces of this very run', async () => {
  const page = await readFile(new URL('../../../docs/tracing.md', import.meta.url), 'utf8');
  const [, shown] = /```text\n(.*?)\n```/s.exec(page) ?? [];
  expect(shown).toBe(describeTraces((await realRun()).spans));
});
