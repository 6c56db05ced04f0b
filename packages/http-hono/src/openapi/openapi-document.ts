import * as v from 'valibot';
import { ERROR_CATALOGUE, type ErrorCode } from '../errors/error-catalogue.ts';
import { readinessSchema } from '../json/readiness-json.ts';
import { attemptSchema, messagePageSchema, messageSchema } from '../messages/message-json.ts';
import { sentMessageSchema } from '../processor/go-service-routes.ts';
import {
  breakerSchema,
  countsSchema,
  dispatchReportSchema,
  processorSchema,
} from '../processor/processor-json.ts';
import { NO_QUERY } from '../routing/query-spec.ts';
import type { AnswerDoc, RouteDoc } from '../routing/route.ts';
import { deliverySchema } from '../sandbox/sandbox-routes.ts';
import { errorSchemaName, errorSchemas, type JsonObject, JsonSchemas } from './json-schemas.ts';

/** The part in front of the routes. */
export interface ApiAccess {
  readonly hasApiKeys: boolean;
  readonly refusesOtherSites: boolean;
}

/** The groups of operations, by the first word of their paths; the others belong to the service. */
const TAGS = {
  messages: 'Enqueue messages, and see their outcome.',
  processor: 'The part that delivers.',
  service: 'The service itself.',
  sandbox: 'A receiver to try things out with.',
};

function tagOf({ path }: RouteDoc): string {
  const [, word = ''] = path.split('/');
  return word in TAGS ? word : 'service';
}

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
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: Object.fromEntries(paths),
    components: {
      schemas: schemas.components(),
      ...(access.hasApiKeys ? { securitySchemes: { apiKey: API_KEY } } : {}),
    },
  };
}

/** One operation of the document. */
function operation(doc: RouteDoc, schemas: JsonSchemas, access: ApiAccess): JsonObject {
  const { hasApiKeys } = access;
  const scope = hasApiKeys && doc.access !== 'open' ? [`Requires the scope \`${doc.access}\`.`] : [];
  const description = [doc.description ?? [], scope].flat().join(' ');
  return {
    operationId: doc.operationId,
    tags: [tagOf(doc)],
    summary: doc.summary,
    ...(description === '' ? {} : { description }),
    ...(hasApiKeys ? { security: doc.access === 'open' ? [] : [{ apiKey: [doc.access] }] } : {}),
    parameters: [
      ...Object.entries(doc.params ?? {}).map(([name, schema]) =>
        parameter('path', name, schemas.convert(schema)),
      ),
      ...Object.entries(doc.headers ?? {}).map(([name, schema]) =>
        parameter('header', name, schemas.convert(schema)),
      ),
      ...queryParameters(doc, schemas),
    ],
    ...requestBody(doc, schemas),
    responses: responses(doc, routeErrors(doc, access), schemas),
  };
}

const objectSchema = v.object({
  properties: v.record(v.string(), v.record(v.string(), v.unknown())),
  required: v.array(v.string()),
});

function queryParameters(doc: RouteDoc, schemas: JsonSchemas): readonly JsonObject[] {
  const { schema } = doc.query ?? NO_QUERY;
  if (schema === null) return [];
  const { properties, required } = v.parse(objectSchema, schemas.convert(schema));
  return Object.entries(properties).map(([name, property]) => ({
    ...parameter('query', name, property),
    required: required.includes(name),
  }));
}

function parameter(place: 'path' | 'query' | 'header', name: string, converted: JsonObject): JsonObject {
  const { description, ...schema } = converted;
  return {
    in: place,
    name,
    required: place === 'path',
    ...(description === undefined ? {} : { description }),
    schema,
  };
}

function requestBody({ body }: RouteDoc, schemas: JsonSchemas): JsonObject {
  if (body === undefined) return {};
  const converted = body.schemas.map((schema) => schemas.convert(schema));
  const schema = converted.length > 1 ? { oneOf: converted } : (converted[0] ?? {});
  const required = body.mediaType === 'application/json';
  return { requestBody: { required, content: { [body.mediaType]: { schema } } } };
}

/** The answers of a route by status, errors included. */
function responses(doc: RouteDoc, errors: readonly ErrorCode[], schemas: JsonSchemas): JsonObject {
  const answers = Object.entries(doc.answers).map(([status, answer]) => [
    status,
    answerResponse(answer, schemas),
  ]);
  const byStatus = Map.groupBy(errors, (code) => ERROR_CATALOGUE[code].status);
  const refusals = [...byStatus].map(([status, codes]) => [String(status), errorResponse(status, codes)]);
  return Object.fromEntries([...answers, ...refusals]);
}

function answerResponse(answer: AnswerDoc, schemas: JsonSchemas): JsonObject {
  const own = Object.entries(answer.headers ?? {}).map(([name, description]) => [name, header(description)]);
  return {
    description: answer.description,
    headers: { ...REQUEST_ID, ...Object.fromEntries(own) },
    content: { [answer.mediaType ?? 'application/json']: { schema: schemas.convert(answer.schema) } },
  };
}

function errorResponse(status: number, codes: readonly ErrorCode[]): JsonObject {
  const refs = codes.map((code) => ({ $ref: `#/components/schemas/${errorSchemaName(code)}` }));
  return {
    description: codes.map((code) => `\`${code}\`: ${ERROR_CATALOGUE[code].text}`).join('  \n'),
    headers: { ...REQUEST_ID, ...HEADERS_BY_STATUS[status] },
    content: { 'application/json': { schema: refs.length === 1 ? refs[0] : { oneOf: refs } } },
  };
}

function header(description: string): JsonObject {
  return { description, schema: { type: 'string' } };
}

const REQUEST_ID: JsonObject = {
  'X-Request-Id': header('The id of the request, taken over where it was given.'),
};

const HEADERS_BY_STATUS: Readonly<Record<number, JsonObject>> = {
  401: { 'WWW-Authenticate': header('How to authenticate.') },
  403: { 'WWW-Authenticate': header('The scope that the key lacks.') },
  409: { 'Retry-After': header('Seconds, where it is known when it will be possible.') },
  503: { 'Retry-After': header('Seconds, where it is worth to ask again.') },
};

const EVERY_ROUTE: readonly ErrorCode[] = ['request_timeout', 'internal'];

/** Every error that a route may answer: its own, and those of its headers, query, body and access. */
function routeErrors(doc: RouteDoc, access: ApiAccess): readonly ErrorCode[] {
  const ofHeaders: readonly ErrorCode[] = doc.headers === undefined ? [] : ['invalid_request'];
  const ofAccess: readonly ErrorCode[] = [
    ...(access.hasApiKeys && doc.access !== 'open' ? (['unauthorized', 'insufficient_scope'] as const) : []),
    ...(access.refusesOtherSites ? (['cross_origin', 'host_not_allowed'] as const) : []),
  ];
  return [
    ...new Set([
      ...(doc.errors ?? []),
      ...(doc.query ?? NO_QUERY).errors,
      ...(doc.body?.errors ?? []),
      ...ofHeaders,
      ...ofAccess,
      ...EVERY_ROUTE,
    ]),
  ];
}
