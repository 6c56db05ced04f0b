import type { Hono } from 'hono';
import type { RequestIdVariables } from 'hono/request-id';

/** What every handler of the app finds in its context. */
export interface HttpEnv {
  Variables: RequestIdVariables;
}

/** The Hono app that `createHttpApp` makes. */
export type HttpApp = Hono<HttpEnv>;
