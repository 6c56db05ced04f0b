import type { Clock } from '@messaging-system/core';
import * as v from 'valibot';
import { ApiError } from '../errors/api-error.ts';
import { askDependencies, type HealthChecks, isReady } from '../health/readiness.ts';
import type { DispatcherUseCases } from '../http-app-dependencies.ts';
import type { JsonObject } from '../openapi/json-object.ts';
import { ANY_QUERY } from '../routing/query-spec.ts';
import { defineRoute, type Route } from '../routing/route.ts';
import { readinessSchema } from '../schemas/readiness.ts';

const livenessSchema: v.GenericSchema<{ readonly status: 'ok' }> = v.strictObject({
  status: v.literal('ok'),
});

export function livenessRoute(): Route {
  return defineRoute({
    method: 'GET',
    path: '/healthz',
    operationId: 'readLiveness',
    access: 'open',
    tag: 'service',
    summary: 'Ask whether the process answers',
    query: ANY_QUERY,
    answers: { 200: { description: 'It does, whatever its dependencies do.', schema: livenessSchema } },
    errors: [],
    handle: async () => ({ status: 200, body: { status: 'ok' as const } }),
  });
}

export interface ReadinessRouteDependencies {
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
    tag: 'service',
    summary: 'Ask whether the service is ready, and each dependency',
    query: ANY_QUERY,
    answers: { 200: { description: 'Everything that is required answers.', schema: readinessSchema } },
    errors: ['not_ready'],
    handle: async () => {
      const answers = await askDependencies(checks, clock, probeTimeoutMs);
      // Who shuts down drains, whatever the dispatcher has reached by then.
      const { state: reached, workers } = dispatcher.status();
      const state = isShuttingDown() ? 'draining' : reached;
      const readiness = { state, checks: answers, ...(workers === undefined ? {} : { workers }) };
      if (!isReady(readiness)) throw new ApiError('not_ready', { details: readiness });
      return { status: 200, body: readiness };
    },
  });
}

/** `documentFor` is given the path under which the app is mounted. */
export function openApiRoute(documentFor: (mountedAt: string) => JsonObject): Route {
  return defineRoute({
    method: 'GET',
    path: '/openapi.json',
    operationId: 'readOpenApi',
    access: 'read',
    tag: 'service',
    summary: 'Read this description of the API',
    query: ANY_QUERY,
    answers: { 200: { description: 'An OpenAPI 3.1 document.', schema: v.record(v.string(), v.unknown()) } },
    errors: [],
    handle: async ({ raw }) => {
      const mountedAt = new URL(raw.url).pathname.replace(/\/(?:openapi|swagger\/doc)\.json$/, '');
      return { status: 200, body: documentFor(mountedAt) };
    },
  });
}
