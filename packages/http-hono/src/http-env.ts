import type { Hono } from 'hono';
import type { RequestIdVariables } from 'hono/request-id';
import type { ApiCaller } from './access/api-keys.ts';

/** What every handler of the app finds in its context. */
export interface HttpEnv {
  Variables: RequestIdVariables & {
    /** Whose key the request carries; on every route but the open ones. */
    caller: ApiCaller;
  };
}

/** The Hono app that `createHttpApp` makes. */
export type HttpApp = Hono<HttpEnv>;
