import type { Clock } from '@messaging-system/core';
import * as v from 'valibot';
import { ApiError } from '../errors/api-error.ts';
import { readinessSchema } from '../json/readiness-json.ts';
import { ANY_QUERY } from '../routing/query-spec.ts';
import { defineRoute, type Route } from '../routing/route.ts';
import type { DispatcherUseCases } from '../use-cases.ts';
import { askDependencies, type HealthChecks, isReady } from './health-checks.ts';

const livenessSchema = v.strictObject({ status: v.literal('ok') });

export function livenessRoute(): Route {
  return defineRoute({
    method: 'GET',
    path: '/healthz',
    operationId: 'readLiveness',
    access: 'open',
    summary: 'Ask whether the process answers',
    query: ANY_QUERY,
    answers: { 200: { description: 'It does, whatever its dependencies do.', schema: livenessSchema } },
    handle: async () => ({ status: 200, body: { status: 'ok' as const } }),
  });
}

interface ReadinessRouteDependencies {
  readonly checks: HealthChecks;
  readonly dispatcher: DispatcherUseCases;
  readonly isShuttingDown: () => boolean;
  readonly clock: Clock;
  readonly probeTimeoutMs: number;
}

export function readinessRoute(dependencies: ReadinessRouteDependencies): Route {
  const { checks, dispatcher, isShuttingDown, clock, probeTimeoutMs } = dependencies;
  return defineRoute({
    method: 'GET',
    path: '/readyz',
    operationId: 'readReadiness',
    access: 'open',
    summary: 'Ask whether the service is ready, and each dependency',
    query: ANY_QUERY,
    answers: { 200: { description: 'Everything that is required answers.', schema: readinessSchema } },
    errors: ['not_ready'],
    handle: async () => {
      const answers = await askDependencies(checks, clock, probeTimeoutMs);
      // A server that shuts down is draining, whatever the dispatcher has reached by then.
      const { state: reached, workers } = dispatcher.status();
      const state = isShuttingDown() ? 'draining' : reached;
      const readiness = { state, checks: answers, ...(workers === undefined ? {} : { workers }) };
      if (!isReady(readiness)) throw new ApiError('not_ready', { details: readiness });
      return { status: 200, body: readiness };
    },
  });
}

/** The source of `GET /metrics`; a `Registry` of prom-client fits, and so does `PrometheusMetrics` of the `metrics` subpath. */
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
      summary: 'Read the metrics of this process, for Prometheus',
      query: ANY_QUERY,
      answers: {
        200: { description: 'Text exposition format.', mediaType: 'text/plain', schema: v.string() },
      },
    },
    respond: async (c) => c.body(await source.metrics(), 200, { 'content-type': source.contentType }),
  };
}
