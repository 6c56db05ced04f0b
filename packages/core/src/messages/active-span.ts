import type { TraceContext } from '../ports/trace-context.ts';

/** The span that is active now, as a `traceparent`; null for none. What the port throws is dropped: tracing must not keep a message from being stored. */
export function activeSpan(traceContext: TraceContext | undefined): string | null {
  try {
    return traceContext?.current() ?? null;
  } catch {
    return null;
  }
}
