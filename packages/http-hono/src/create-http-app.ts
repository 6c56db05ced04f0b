import type { Clock } from '@messaging-system/core';
import { Hono, type MiddlewareHandler } from 'hono';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { ApiKeys } from './access/api-keys.ts';
import { authenticate } from './access/authenticate.ts';
import { crossOriginAccess, guardInForce, refuseOtherSites } from './access/other-sites.ts';
import { RefusedKeys } from './access/refused-keys.ts';
import { allRoutes } from './all-routes.ts';
import { createDashboard } from './dashboard/index.ts';
import { ApiError, errorResponse } from './errors/api-error.ts';
import { onError } from './errors/on-error.ts';
import { sharedChecks } from './health/health-checks.ts';
import type { HttpAppDependencies } from './http-app-dependencies.ts';
import type { HttpApp, HttpEnv } from './http-env.ts';
import { httpLimits } from './http-limits.ts';
import { goServicePath } from './processor/go-service-routes.ts';
import { BodyReader } from './routing/body-reader.ts';
import { registerRoutes } from './routing/register-routes.ts';
import { within } from './within.ts';

/**
 * Makes the HTTP API as a Hono app: serve its `fetch`, or mount it in another app with `route`. It starts nothing and holds
 * nothing open. Routes that are added to it afterwards have its headers, its time limit and its access control.
 * @throws InvalidOptionsError for API keys that cannot be used, for `trustedProxies` that are not addresses or networks, for `corsOrigins` that open an API without keys to every page, and for limits that are not whole numbers from 1
 */
export function createHttpApp(given: HttpAppDependencies): HttpApp {
  // `/readyz` and the dashboard ask the same dependencies.
  const dependencies = { ...given, health: sharedChecks(given.health ?? {}, given.clock) };
  const limits = httpLimits(dependencies.limits);
  const bodies = new BodyReader({
    maxBytes: limits.maxBodyBytes,
    maxTotalBytes: limits.maxTotalBodyBytes,
  });
  const apiKeys = new ApiKeys(dependencies.apiKeys);
  const { onRefusedKey, trustedProxies } = dependencies;
  const refusedKeys = new RefusedKeys({ via: 'api', trustedProxies, onRefusedKey });
  const corsOrigins = dependencies.corsOrigins ?? [];
  const guard = guardInForce(dependencies.browserGuard, apiKeys.isOpen, corsOrigins);
  const { routes, documentFor } = allRoutes(dependencies, limits, {
    hasApiKeys: !apiKeys.isOpen,
    refusesOtherSites: guard !== null,
  });

  const app: HttpApp = new Hono<HttpEnv>({ getPath: goServicePath });
  app.onError(onError(dependencies.onFault));
  app.notFound((c) => errorResponse(c, new ApiError('not_found')));
  app.use(requestId({ limitLength: 128 }));
  app.use(apiHeaders());
  if (guard !== null) app.use(refuseOtherSites(guard, corsOrigins));
  if (corsOrigins.length > 0) app.use(crossOriginAccess(corsOrigins));
  app.use(timeLimit(dependencies.clock, limits.requestTimeoutMs));
  // Hono runs in the order of registration: what comes before the access control is open.
  registerRoutes(
    app,
    routes.filter((route) => route.doc.access === 'open'),
    bodies,
  );
  const { dashboard, ...shared } = dependencies;
  if (dashboard !== undefined) {
    const { maxBodyBytes, maxTotalBodyBytes, probeTimeoutMs } = limits;
    const site = { ...shared, ...dashboard, maxBodyBytes, maxTotalBodyBytes, probeTimeoutMs };
    // It has a login of its own, and the guard stands here already.
    app.route('/', createDashboard({ ...site, openApi: documentFor, browserGuard: 'off' }));
  }
  app.use(authenticate(apiKeys, refusedKeys));
  registerRoutes(
    app,
    routes.filter((route) => route.doc.access !== 'open'),
    bodies,
  );
  return app;
}

/**
 * Headers for answers that no browser should render, frame, sniff or keep; a route's own headers win. No HSTS: that is for whoever
 * ends TLS to promise.
 */
function apiHeaders(): MiddlewareHandler<HttpEnv> {
  const secure = secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    xFrameOptions: 'DENY',
    strictTransportSecurity: false,
    overwrite: false,
  });
  return async (c, next) => {
    await secure(c, next);
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  };
}

/** Answers `request_timeout` when the handlers after it have not answered in time. */
function timeLimit(clock: Clock, ms: number): MiddlewareHandler<HttpEnv> {
  return async (_, next) => {
    await within(clock, ms, next(), () => {
      throw new ApiError('request_timeout');
    });
  };
}
