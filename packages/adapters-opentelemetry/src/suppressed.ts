import { type Context, createContextKey } from '@opentelemetry/api';

// The key of `suppressTracing` in @opentelemetry/core, which instrumentations and propagators ask. Keys of the same description are the same.
const SUPPRESSED = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/**
 * Keeps an instrumentation of the HTTP client from making a second span of the request, and from adding a second `traceparent` to it, which
 * would leave the receiver with none that is valid.
 */
export function suppressed(context: Context): Context {
  return context.setValue(SUPPRESSED, true);
}
