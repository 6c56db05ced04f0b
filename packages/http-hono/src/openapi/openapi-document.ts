import type * as v from 'valibot';
import { readinessSchema } from '../health/health-checks.ts';
import { attemptSchema, messagePageSchema, messageSchema } from '../messages/message-json.ts';
import { sentMessageSchema } from '../processor/go-service-routes.ts';
import {
  breakerSchema,
  countsSchema,
  dispatchReportSchema,
  processorSchema,
} from '../processor/processor-json.ts';
import type { RouteDoc } from '../routing/route.ts';
import { deliverySchema } from '../sandbox/sandbox-routes.ts';
import { errorSchemas, type JsonObject, JsonSchemas } from './json-schemas.ts';
import { type ApiAccess, operation } from './operation.ts';

const NAMED: Readonly<Record<string, v.GenericSchema>> = {
  Message: messageSchema,
  MessagePage: messagePageSchema,
  DeliveryAttempt: attemptSchema,
  SentMessage: sentMessageSchema,
  Processor: processorSchema,
  Breaker: breakerSchema,
  StatusCounts: countsSchema,
  DispatchReport: dispatchReportSchema,
  Readiness: readinessSchema,
  SandboxDelivery: deliverySchema,
};

const API_KEY: JsonObject = {
  type: 'http',
  scheme: 'bearer',
  description:
    'A key may have some scopes only: `read`, `send`, `operate`, `erase`. Each operation names the one that it requires.',
};

/** The OpenAPI 3.1 document of the routes, made of the schemas that validate them. */
export function openApiDocument(docs: readonly RouteDoc[], access: ApiAccess): JsonObject {
  const schemas = new JsonSchemas({
    ...NAMED,
    ...Object.fromEntries(docs.flatMap((doc) => Object.entries(doc.named ?? {}))),
    ...errorSchemas(),
  });
  const byPath = Map.groupBy(docs, (doc) => doc.path.replace(/:(\w+)/g, '{$1}'));
  const paths = [...byPath].map(([path, ofPath]) => [
    path,
    Object.fromEntries(ofPath.map((doc) => [doc.method.toLowerCase(), operation(doc, schemas, access)])),
  ]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Messaging System',
      version: '1',
      description:
        'Takes messages and delivers each to a webhook, at least once. Every error is `{error, code, details?}`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    tags: [
      { name: 'messages', description: 'What is to be sent, and what became of it.' },
      { name: 'processor', description: 'What sends it.' },
      { name: 'service', description: 'The service itself.' },
      { name: 'sandbox', description: 'A receiver to try things out with.' },
    ],
    paths: Object.fromEntries(paths),
    components: {
      schemas: schemas.components(),
      ...(access.hasApiKeys ? { securitySchemes: { apiKey: API_KEY } } : {}),
    },
  };
}
