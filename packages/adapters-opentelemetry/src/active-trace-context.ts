import type { TraceContext } from '@messaging-system/core/adapter';
import { trace } from '@opentelemetry/api';
import { traceparentOf } from './traceparent.ts';

/** The active span as a W3C `traceparent`; null when there is none, or no SDK that knows. */
export function currentTraceparent(): string | null {
  return traceparentOf(trace.getActiveSpan()?.spanContext());
}

/** For `new Messages({ …, traceContext })`: what is enqueued belongs to the span that is active then. */
export const activeTraceContext: TraceContext = { current: currentTraceparent };
