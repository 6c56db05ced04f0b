import type { Context } from 'hono';
import * as v from 'valibot';
import type { ErrorCode } from '../errors/error-catalogue.ts';
import type { HttpEnv } from '../http-env.ts';
import type { Scope } from '../scope.ts';
import type { BodyReader } from './body-reader.ts';
import type { BodySpec } from './body-spec.ts';
import { parse } from './parse.ts';
import { NO_QUERY, type QuerySpec } from './query-spec.ts';

type SuccessStatus = 200 | 201 | 202;

export interface AnswerDoc<Body = unknown> {
  readonly description: string;
  /** `application/json` unless given. */
  readonly mediaType?: string;
  readonly schema: v.GenericSchema<Body>;
  /** Name and description of each header of its own. */
  readonly headers?: Readonly<Record<string, string>>;
}

type AnswerDocs = { readonly [Status in SuccessStatus]?: AnswerDoc };

/** A handler's answer: a documented status with the body documented for it. */
type AnswerOf<Docs extends AnswerDocs> = {
  [Status in keyof Docs & SuccessStatus]: Docs[Status] extends AnswerDoc<infer Body>
    ? { readonly status: Status; readonly body: Body; readonly headers?: Readonly<Record<string, string>> }
    : never;
}[keyof Docs & SuccessStatus];

/** The parameters that a path pattern names. */
type PathParams<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Readonly<Record<Name, string>> & PathParams<Rest>
  : Path extends `${string}:${infer Name}`
    ? Readonly<Record<Name, string>>
    : unknown;

interface RouteRequest<Path extends string, Query, Body> {
  readonly query: Query;
  readonly body: Body;
  /** Path parameters, decoded. */
  readonly params: PathParams<Path>;
  /** The documented headers that were given. */
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: Request;
  /** For the operations, which tell who did what. */
  readonly context: Context<HttpEnv>;
}

/** Everything that is documented about a route. */
export interface RouteDoc {
  readonly method: 'GET' | 'POST';
  /** With parameters as `:name`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  /** The scope that the API key must have; `open` asks for no key. */
  readonly access: 'open' | Scope;
  readonly params?: Readonly<Record<string, v.GenericSchema<string>>>;
  readonly headers?: Readonly<Record<string, v.GenericSchema<string>>>;
  /** Schemas of its own that the document gives a name. */
  readonly named?: Readonly<Record<string, v.GenericSchema>>;
  /** None unless given. */
  readonly query?: Pick<QuerySpec<unknown>, 'schema' | 'errors'>;
  readonly body?: Pick<BodySpec<unknown>, 'mediaType' | 'schemas' | 'errors'>;
  readonly answers: AnswerDocs;
  /** The errors of its own, besides those that its body, its query and every route have. */
  readonly errors?: readonly ErrorCode[];
}

interface RouteSpec<Path extends string, Query, Body, Docs extends AnswerDocs> extends RouteDoc {
  readonly path: Path;
  readonly query?: QuerySpec<Query>;
  readonly body?: BodySpec<Body>;
  readonly answers: Docs;
  /** Throws for whom nothing is done: before anything of the body is read. */
  readonly admit?: (request: Request) => void;
  handle(request: RouteRequest<Path, Query, Body>): Promise<AnswerOf<Docs>>;
}

/** A route and its documentation, which cannot be without one another. */
export interface Route {
  readonly doc: RouteDoc;
  /** Answers, or throws an `ApiError` or what a port threw. */
  respond(c: Context<HttpEnv>, bodies: BodyReader): Promise<Response>;
}

export function defineRoute<
  const Path extends string,
  Query,
  const Docs extends AnswerDocs,
  Body = undefined,
>(spec: RouteSpec<Path, Query, Body, Docs>): Route {
  return {
    doc: spec,
    respond: async (c, bodies) => {
      spec.admit?.(c.req.raw);
      // Without a query spec nobody asks what `query` is; without a body spec `Body` is `undefined`: nothing else infers them.
      const query = (spec.query ?? NO_QUERY).read(new URL(c.req.url).searchParams) as Query;
      const headers = readHeaders(c.req.raw.headers, spec.headers ?? {});
      const body = (await spec.body?.read(c.req.raw, bodies)) as Body;
      // Hono matched the path, so the parameters that it names are there.
      const params = c.req.param() as PathParams<Path>;
      const answer = await spec.handle({ query, body, headers, params, raw: c.req.raw, context: c });
      return c.body(JSON.stringify(answer.body), answer.status, {
        'content-type': 'application/json',
        ...answer.headers,
      });
    },
  };
}

function readHeaders(
  headers: Headers,
  schemas: Readonly<Record<string, v.GenericSchema<string>>>,
): Readonly<Record<string, string>> {
  const given = Object.entries(schemas).flatMap(([name, schema]) => {
    const value = headers.get(name);
    return value === null ? [] : [{ name, schema, value }];
  });
  const schema = v.object(Object.fromEntries(given.map((header) => [header.name, header.schema])));
  return parse(schema, Object.fromEntries(given.map(({ name, value }) => [name, value])), 'parameter');
}
