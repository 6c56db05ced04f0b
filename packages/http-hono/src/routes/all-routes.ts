import { DEFAULT_MESSAGE_RULES } from '@messaging-system/core';
import { Operations } from '../access/operations.ts';
import type { HttpAppDependencies } from '../http-app-dependencies.ts';
import type { HttpLimits } from '../http-limits.ts';
import type { JsonObject } from '../openapi/json-object.ts';
import { openApiDocument } from '../openapi/openapi-document.ts';
import type { ApiAccess } from '../openapi/operation.ts';
import { publicPath } from '../routing/public-path.ts';
import type { Route } from '../routing/route.ts';
import { enqueueRoute } from './enqueue.ts';
import { eventsRoute } from './events.ts';
import { processorActionRoute, sentMessagesRoute } from './go-service.ts';
import { metricsRoute } from './metrics.ts';
import {
  cancelMatchingRoute,
  cancelRoute,
  eraseRoute,
  redriveMatchingRoute,
  redriveRoute,
} from './operate-messages.ts';
import { dispatchRoute, processorRoute } from './processor.ts';
import { findRoute, listRoute } from './read-messages.ts';
import { sandboxDeliveriesRoute, sandboxWebhookRoute } from './sandbox.ts';
import { livenessRoute, openApiRoute, readinessRoute } from './service.ts';
import { stopForAllRoutes } from './stop-for-all.ts';

export interface RouteTable {
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
    processorRoute({ dispatcher, messages, clock, probeTimeoutMs, deliverySwitch }),
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
