import type { Handler } from 'hono';
import { requireScope } from '../access/authenticate.ts';
import { ApiError } from '../errors/api-error.ts';
import type { HttpApp, HttpEnv } from '../http-env.ts';
import type { BodyReader } from './body-reader.ts';
import type { Route } from './route.ts';

/** Adds the routes, each with the scope that it requires, and to each of their paths a 405 for every other method. */
export function registerRoutes(app: HttpApp, routes: readonly Route[], bodies: BodyReader): void {
  const byPath = Map.groupBy(routes, (route) => route.doc.path);
  // Hono takes the first route that matches, so `/messages/redrive` must come before `/messages/:id`.
  const paths = [...byPath].sort(([one], [other]) => parameterCount(one) - parameterCount(other));
  for (const [path, ofPath] of paths) {
    for (const route of ofPath) app.on(route.doc.method, path, handlerOf(route, bodies));
    app.all(path, methodNotAllowed(ofPath));
  }
}

function handlerOf(route: Route, bodies: BodyReader): Handler<HttpEnv> {
  return async (c) => {
    try {
      if (route.doc.access !== 'open') requireScope(c, route.doc.access);
      return await route.respond(c, bodies);
    } catch (thrown) {
      // Hono hands only errors to `onError` and lets all else through to the host.
      throw thrown instanceof Error
        ? thrown
        : new Error('something that is no error was thrown', { cause: thrown });
    }
  };
}

function methodNotAllowed(routes: readonly Route[]): Handler<HttpEnv> {
  const methods = routes.flatMap(({ doc }) => (doc.method === 'GET' ? ['GET', 'HEAD'] : [doc.method]));
  const allow = methods.sort().join(', ');
  return () => {
    throw new ApiError('method_not_allowed', { headers: { allow } });
  };
}

function parameterCount(path: string): number {
  return path.split(':').length;
}
