import { ERROR_CATALOGUE } from '../errors/error-catalogue.ts';
import type { ErrorCode } from '../errors/error-code.ts';
import type { AnswerDoc, RouteDoc } from '../routing/route.ts';
import { errorSchemaName } from './error-components.ts';
import type { JsonObject } from './json-object.ts';
import type { JsonSchemas } from './json-schemas.ts';

/** The answers of a route by status, errors included. */
export function responses(doc: RouteDoc, errors: readonly ErrorCode[], schemas: JsonSchemas): JsonObject {
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
