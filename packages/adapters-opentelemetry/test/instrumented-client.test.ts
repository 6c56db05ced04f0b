import { UndiciWebhookSender } from '@messaging-system/adapters-webhook';
import { aMessage, TRACEPARENT } from '@messaging-system/contract-tests';
import { propagation, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { expect, onTestFinished, test } from 'vitest';
import { TracedWebhookSender } from '../src/index.ts';
import { recordSpans, traceparentOf } from './support/recorded-spans.ts';
import { scriptedReceiver } from './support/scripted-receiver.ts';

test('a client that is instrumented as well adds no second span and no second traceparent', async () => {
  const spans = recordSpans();
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const instrumentation = new UndiciInstrumentation();
  instrumentation.setTracerProvider(trace.getTracerProvider());
  instrumentation.enable();
  const { url, received } = await scriptedReceiver();
  const webhook = new UndiciWebhookSender({ url, timeoutMs: 5_000 });
  onTestFinished(async () => {
    await webhook.close();
    instrumentation.disable();
    propagation.disable();
  });
  const message = aMessage({ traceparent: TRACEPARENT });
  const context = { attempt: 1, signal: new AbortController().signal };

  await new TracedWebhookSender(webhook).send(message, context);
  expect(spans.ended().map(({ name }) => name)).toEqual(['send webhook']);
  expect(received.map(({ traceparent }) => traceparent)).toEqual(spans.ended().map(traceparentOf));

  // It prevents two values in one header, which a receiver may not take.
  await webhook.send(message, context);
  expect(received.at(-1)?.traceparent).toContain(', ');
});
