import { validTraceparent } from '@messaging-system/core/adapter';
import { isSpanContextValid, type SpanContext } from '@opentelemetry/api';

/** The span as a W3C `traceparent`; null for one that is none. */
export function traceparentOf(span: SpanContext | undefined): string | null {
  if (span === undefined || !isSpanContextValid(span)) return null;
  return `00-${span.traceId}-${span.spanId}-${(span.traceFlags & 0xff).toString(16).padStart(2, '0')}`;
}

/** The span that a `traceparent` names, of another process for all that is known; null for an invalid one. */
export function spanContextOf(traceparent: string | null | undefined): SpanContext | null {
  const valid = validTraceparent(traceparent);
  if (valid === null) return null;
  const traceFlags = Number.parseInt(valid.slice(53), 16);
  return { traceId: valid.slice(3, 35), spanId: valid.slice(36, 52), traceFlags, isRemote: true };
}
