import * as v from 'valibot';
import type { RouteDoc } from '../routing/route.ts';
import type { JsonObject } from './json-object.ts';
import type { JsonSchemas } from './json-schemas.ts';
import { responses } from './responses.ts';
import { routeErrors } from './route-errors.ts';

/** What stands in front of the routes. */
export interface ApiAccess {
  readonly hasApiKeys: boolean;
  readonly refusesOtherSites: boolean;
}

/** One operation of the document. */
export function operation(doc: RouteDoc, schemas: JsonSchemas, access: ApiAccess): JsonObject {
  const { hasApiKeys, refusesOtherSites } = access;
  const asksForKey = hasApiKeys && doc.access !== 'open';
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
    responses: responses(doc, routeErrors(doc, { asksForKey, refusesOtherSites }), schemas),
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
