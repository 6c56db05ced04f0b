import * as v from 'valibot';
import { ApiError } from '../errors/api-error.ts';
import type { ErrorCode } from '../errors/error-catalogue.ts';
import { invalidRequest, parse } from './parse.ts';

/** How a route reads its query, and how that is documented. */
export interface QuerySpec<Query> {
  /** Null: nothing to document. */
  readonly schema: v.GenericSchema | null;
  readonly errors: readonly ErrorCode[];
  read(parameters: URLSearchParams): Query;
}

/** Parameters that fit the schema, each given once. A strict object schema refuses unknown ones by name. */
export function query<Output>(schema: v.GenericSchema<unknown, Output>): QuerySpec<Output> {
  return {
    schema,
    errors: ['invalid_request'],
    read: (parameters) => {
      const repeated = [...new Set(parameters.keys())].filter((name) => parameters.getAll(name).length > 1);
      if (repeated.length > 0) {
        throw invalidRequest(repeated.map((field) => ({ field, problem: 'is given more than once' })));
      }
      return parse(schema, Object.fromEntries(parameters), 'parameter');
    },
  };
}

/** No parameters: each one given is refused by name. */
export const NO_QUERY: QuerySpec<unknown> = { ...query(v.strictObject({})), schema: null };

/** Parameters are not looked at. */
export const ANY_QUERY: QuerySpec<undefined> = { schema: null, errors: [], read: () => undefined };

/** As the Go service reads them: the first of repeated ones counts, an empty one is not there, unknown ones are ignored, one error says it all. */
export function goQuery<Output>(
  schema: v.GenericSchema<unknown, Output>,
  refusal: ErrorCode,
): QuerySpec<Output> {
  return {
    schema,
    errors: [refusal],
    read: (parameters) => {
      const first = new Map([...parameters].reverse());
      const given = [...first].filter(([, value]) => value !== '');
      const result = v.safeParse(schema, Object.fromEntries(given));
      if (!result.success) throw new ApiError(refusal);
      return result.output;
    },
  };
}
