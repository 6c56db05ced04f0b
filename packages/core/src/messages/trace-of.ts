import type { TraceContext } from '../ports/trace-context.ts';

/** The span that is active now, as a `traceparent`; null for none. The port's errors are dropped: tracing must not keep a message from being stored. */
export function activeSpan(traceContext: TraceContext | undefined): string | null {
  try {
    return traceContext?.current() ?? null;
  } catch {
    return null;
  }
}

/**
 * The trace that a message belongs to: the one place that decides.
 * @param named what the caller names for this message; null: none, whatever else there is
 * @param active the span that is active. It comes before `carried`, since it is a part of that trace, and nearer to the message
 * @param carried what came along with the request, as a `traceparent` header does
 */
export function traceOf(
  named: string | null | undefined,
  active: string | null,
  carried?: string,
): string | null {
  return named === undefined ? (active ?? carried ?? null) : named;
}
