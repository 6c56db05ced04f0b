/**
 * Spans for attempts and batches.
 * @module @messaging-system/adapters-opentelemetry
 */

export { activeTraceContext, currentTraceparent } from './active-trace-context.ts';
export { flushTraces } from './flush-traces.ts';
export {
  type BatchSpans,
  TracedWebhookSender,
  type TracedWebhookSenderOptions,
} from './traced-webhook-sender.ts';
export { TracingObserver } from './tracing-observer.ts';
