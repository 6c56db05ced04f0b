import type * as v from 'valibot';
import { ApiError } from '../errors/api-error.ts';
import type { ErrorCode } from '../errors/error-catalogue.ts';
import type { BodyReader } from './body-reader.ts';
import { parse } from './parse.ts';

/** How a route reads its body, and how that is documented. */
export interface BodySpec<Body> {
  readonly mediaType: 'application/json' | '*/*';
  /** Any of these. */
  readonly schemas: readonly v.GenericSchema[];
  readonly errors: readonly ErrorCode[];
  read(request: Request, bodies: BodyReader): Promise<Body>;
}

const JSON_ERRORS: readonly ErrorCode[] = [
  'unsupported_media_type',
  'body_too_large',
  'incomplete_body',
  'too_many_bodies',
  'invalid_json',
  'invalid_request',
];

/** A JSON body that fits the schema. */
export function jsonBody<Output>(schema: v.GenericSchema<unknown, Output>): BodySpec<Output> {
  return {
    mediaType: 'application/json',
    schemas: [schema],
    errors: JSON_ERRORS,
    read: async (request, bodies) => parse(schema, await readJson(request, bodies), 'field'),
  };
}

type OneOrMany<Item> =
  | { readonly kind: 'one'; readonly item: Item }
  | { readonly kind: 'many'; readonly items: readonly Item[] };

/** One item, or an array of up to `max`. */
export function jsonOneOrMany<Item>(
  one: v.GenericSchema<unknown, Item>,
  many: v.GenericSchema<unknown, readonly Item[]>,
  max: number,
): BodySpec<OneOrMany<Item>> {
  return {
    mediaType: 'application/json',
    schemas: [one, many],
    errors: [...JSON_ERRORS, 'too_many_messages'],
    read: async (request, bodies) => {
      const value = await readJson(request, bodies);
      if (!Array.isArray(value)) return { kind: 'one', item: parse(one, value, 'field') };
      if (value.length > max) {
        throw new ApiError('too_many_messages', {
          text: `one call takes at most ${max} messages, not ${value.length}`,
        });
      }
      return { kind: 'many', items: parse(many, value, 'field') };
    },
  };
}

/** Any body at all, as text; what is not UTF-8 is replaced. */
export function anyBody(): BodySpec<string> {
  return {
    mediaType: '*/*',
    schemas: [],
    errors: ['body_too_large', 'incomplete_body', 'too_many_bodies'],
    read: async (request, bodies) => new TextDecoder().decode(await bodies.read(request)),
  };
}

async function readJson(request: Request, bodies: BodyReader): Promise<unknown> {
  if (!isJson(request.headers.get('content-type'))) throw new ApiError('unsupported_media_type');
  const bytes = await bodies.read(request);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ApiError('invalid_json');
  }
}

/** Whether a content type is `application/json`, in UTF-8 where it says so. */
function isJson(contentType: string | null): boolean {
  const [essence = '', ...parameters] = (contentType ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return essence === 'application/json' && (charset === undefined || /^"?utf-?8"?$/.test(charset));
}
