import * as v from 'valibot';
import { ERROR_CATALOGUE, type ErrorCode } from '../errors/error-catalogue.ts';
import type { AnswerDoc, RouteDoc } from '../routing/route.ts';
import { errorSchemaName, type JsonObject, type JsonSchemas } from './json-schemas.ts';

/** What stands in front of the routes. */
export interface ApiAccess {
  readonly hasApiKeys: boolean;
  readonly refusesOtherSites: boolean;
}

/** One operation of the document. */
export function operation(doc: RouteDoc, schemas: JsonSchemas, access: ApiAccess): JsonObject {
  const { hasApiKeys } = access;
  return {
    operationId: doc.operationId,
    tags: [doc.tag],
    summary: doc.summary,
    ...(doc.description === undefined ? {} : { description: doc.description }),
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
  if (doc.query.schema === null) return [];
  const { properties, required } = v.parse(objectSchema, schemas.convert(doc.query.schema));
  return Object.entries(properties).map(([name, schema]) => ({
    ...parameter('query', name, schema),
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
      ...doc.errors,
      ...doc.query.errors,
      ...(doc.body?.errors ?? []),
      ...ofHeaders,
      ...ofAccess,
      ...EVERY_ROUTE,
    ]),
  ];
}
