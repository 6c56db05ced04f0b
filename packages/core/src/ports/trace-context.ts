/** Tells which span is active where messages are enqueued, so that the trace goes on at the webhook. */
export interface TraceContext {
  /** The active span as a W3C `traceparent`; null when there is none. Called synchronously: it must be quick. Its errors are dropped. */
  current(): string | null;
}
