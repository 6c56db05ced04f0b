import { trace } from '@opentelemetry/api';
import { BatchSpanProcessor, InMemorySpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, onTestFinished, test } from 'vitest';
import { flushTraces } from '../src/index.ts';

function register(provider: TracerProvider): void {
  trace.setGlobalTracerProvider(provider);
  onTestFinished(() => trace.disable());
}

test('exports the spans that the SDK still holds', async () => {
  const exporter = new InMemorySpanExporter();
  register(new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] }));
  trace.getTracer('test').startSpan('last').end();
  expect(exporter.getFinishedSpans()).toEqual([]);
  await flushTraces();
  expect(exporter.getFinishedSpans()).toMatchObject([{ name: 'last' }]);
});

test('does nothing without an SDK', async () => {
  await expect(flushTraces()).resolves.toBeUndefined();
});

test('swallows failures, and waits no longer than its limit', async () => {
  const provider = new TracerProvider();
  register(provider);
  provider.forceFlush = () => Promise.reject(new Error('the collector is away'));
  await expect(flushTraces()).resolves.toBeUndefined();
  provider.forceFlush = () => new Promise(() => {});
  await expect(flushTraces(10)).resolves.toBeUndefined();
});
