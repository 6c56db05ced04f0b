import * as v from 'valibot';
import { ANY_QUERY } from '../routing/query-spec.ts';
import type { Route } from '../routing/route.ts';

/** What `GET /metrics` shows; a `Registry` of prom-client fits, and so does `PrometheusMetrics` of the `metrics` subpath. */
export interface MetricsSource {
  readonly contentType: string;
  metrics(): Promise<string>;
}

export function metricsRoute(source: MetricsSource): Route {
  return {
    doc: {
      method: 'GET',
      path: '/metrics',
      operationId: 'readMetrics',
      access: 'read',
      tag: 'service',
      summary: 'Read the metrics of this process, for Prometheus',
      query: ANY_QUERY,
      answers: {
        200: { description: 'Text exposition format.', mediaType: 'text/plain', schema: v.string() },
      },
      errors: [],
    },
    respond: async (c) => c.body(await source.metrics(), 200, { 'content-type': source.contentType }),
  };
}
