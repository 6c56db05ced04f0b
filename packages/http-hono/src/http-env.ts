import type { Hono } from 'hono';
import type { RequestIdVariables } from 'hono/request-id';
import type { ApiCaller } from './access/api-keys.ts';

/** The context of every handler of the app. */
export interface HttpEnv {
  /** As `@hono/node-server` gives it with each request. With other hosts the client's address may be unknown. */
  Bindings: { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string | undefined } } };
  Variables: RequestIdVariables & {
    /** Whose key the request carries; on every route but the open ones. */
    caller: ApiCaller;
  };
}

/** The Hono app that `createHttpApp` makes. */
export type HttpApp = Hono<HttpEnv>;
