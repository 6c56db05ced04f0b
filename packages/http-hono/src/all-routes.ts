import { DEFAULT_MESSAGE_RULES } from '@messaging-system/core';
import * as v from 'valibot';
import { Operations } from './access/operations.ts';
import { eventsRoute } from './events/events-route.ts';
import { livenessRoute, metricsRoute, readinessRoute } from './health/health-routes.ts';
import type { HttpAppDependencies } from './http-app-dependencies.ts';
import type { HttpLimits } from './http-limits.ts';
import { enqueueRoute } from './messages/enqueue-route.ts';
import {
  cancelMatchingRoute,
  cancelRoute,
  eraseRoute,
  redriveMatchingRoute,
  redriveRoute,
} from './messages/operate-routes.ts';
import { findRoute, listRoute } from './messages/read-routes.ts';
import type { JsonObject } from './openapi/json-schemas.ts';
import { type ApiAccess, openApiDocument } from './openapi/openapi-document.ts';
import { processorActionRoute, sentMessagesRoute } from './processor/go-service-routes.ts';
import { dispatchRoute, processorRoute, stopForAllRoutes } from './processor/processor-routes.ts';
import { ANY_QUERY } from './routing/query-spec.ts';
import { defineRoute, type Route } from './routing/route.ts';
import { sandboxDeliveriesRoute, sandboxWebhookRoute } from './sandbox/sandbox-routes.ts';
import { publicPath } from './shared-dependencies.ts';

interface RouteTable {
  readonly routes: readonly Route[];
  /** The OpenAPI document of them, given the path under which clients find the app. */
  readonly documentFor: (mountedAt: string) => JsonObject;
}

/** The whole route table. */
export function allRoutes(
  dependencies: HttpAppDependencies,
  limits: HttpLimits,
  access: ApiAccess,
): RouteTable {
  const { messages, dispatcher, clock, sandbox, events, metrics, deliverySwitch } = dependencies;
  const { maxBatch, probeTimeoutMs } = limits;
  const { onOperation } = dependencies;
  const prefix = publicPath(dependencies.publicPath);
  const operations = new Operations({ messages, dispatcher, via: 'api', onOperation });
  const rules = dependencies.rules ?? DEFAULT_MESSAGE_RULES;
  const routes = [
    enqueueRoute({
      messages,
      rules,
      maxBatch,
      traceContext: dependencies.traceContext,
      publicPath: prefix,
    }),
    listRoute(messages),
    findRoute(messages),
    cancelRoute(operations),
    cancelMatchingRoute(operations),
    redriveRoute(operations),
    redriveMatchingRoute(operations),
    eraseRoute(operations, rules),
    processorRoute(
      { dispatcher, messages, clock, probeTimeoutMs, deliverySwitch },
      dependencies.processorHeaders,
    ),
    dispatchRoute(operations, clock),
    ...(deliverySwitch === undefined ? [] : stopForAllRoutes(operations, deliverySwitch, clock)),
    processorActionRoute(operations),
    sentMessagesRoute(messages),
    livenessRoute(),
    readinessRoute({
      checks: dependencies.health ?? {},
      dispatcher,
      isShuttingDown: dependencies.isShuttingDown ?? (() => false),
      clock,
      probeTimeoutMs,
    }),
    ...(events === undefined ? [] : [eventsRoute(events)]),
    ...(metrics === undefined ? [] : [metricsRoute(metrics)]),
    ...(sandbox === undefined ? [] : [sandboxWebhookRoute(sandbox), sandboxDeliveriesRoute(sandbox)]),
    openApiRoute((mountedAt) => documentFor(prefix + mountedAt)),
  ];
  const document = openApiDocument(
    routes.map((route) => route.doc),
    access,
  );
  const documentFor = (mountedAt: string): JsonObject => ({
    ...document,
    servers: [{ url: mountedAt === '' ? '/' : mountedAt }],
  });
  return { routes, documentFor };
}

/** `documentFor` is given the path under which the app is mounted. */
function openApiRoute(documentFor: (mountedAt: string) => JsonObject): Route {
  return defineRoute({
    method: 'GET',
    path: '/openapi.json',
    operationId: 'readOpenApi',
    access: 'read',
    summary: 'Read this description of the API',
    query: ANY_QUERY,
    answers: { 200: { description: 'An OpenAPI 3.1 document.', schema: v.record(v.string(), v.unknown()) } },
    handle: async ({ raw }) => {
      const mountedAt = new URL(raw.url).pathname.replace(/\/(?:openapi|swagger\/doc)\.json$/, '');
      return { status: 200, body: documentFor(mountedAt) };
    },
  });
}
