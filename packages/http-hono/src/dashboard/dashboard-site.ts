import { type Context, Hono } from 'hono';
import { basePath } from 'hono/route';
import { ApiKeys } from '../access/api-keys.ts';
import { requireScope } from '../access/authenticate.ts';
import { Operations } from '../access/operations.ts';
import type { HttpApp, HttpEnv } from '../http-env.ts';
import { DEFAULT_HTTP_LIMITS } from '../http-limits.ts';
import { BodyReader } from '../routing/body-reader.ts';
import type { Scope } from '../scope.ts';
import { publicPath } from '../shared-dependencies.ts';
import { Access, type Session } from './access.ts';
import { type Assets, readAssets } from './assets.ts';
import type { DashboardDependencies } from './dashboard-dependencies.ts';
import { type Form, readForm } from './form.ts';
import type { Markup } from './markup.ts';
import type { PageContext } from './pages/layout.ts';
import { pageResponse, seeOther } from './responses.ts';
import { formToken } from './session.ts';

type Shown = Markup | Response | Promise<Response>;
type PageHandler = (page: PageContext, c: Context<HttpEnv>) => Shown;
type FormHandler = (page: PageContext, c: Context<HttpEnv>, form: Form, session: Session) => Shown;

/** Everything that the pages of one dashboard share. */
export class DashboardSite {
  readonly app: HttpApp = new Hono<HttpEnv>();
  readonly dependencies: DashboardDependencies;
  readonly access: Access;
  readonly operations: Operations;
  readonly assets: Assets = readAssets();
  readonly bodies: BodyReader;
  readonly #publicPath: string;

  constructor(dependencies: DashboardDependencies) {
    const { messages, dispatcher, clock, apiKeys, onOperation } = dependencies;
    this.dependencies = dependencies;
    this.#publicPath = publicPath(dependencies.publicPath);
    this.access = new Access(new ApiKeys(apiKeys), clock);
    this.operations = new Operations({ messages, dispatcher, via: 'dashboard', onOperation });
    this.bodies = new BodyReader({
      maxBytes: dependencies.maxBodyBytes ?? DEFAULT_HTTP_LIMITS.maxBodyBytes,
      maxTotalBytes: dependencies.maxTotalBodyBytes ?? DEFAULT_HTTP_LIMITS.maxTotalBodyBytes,
    });
  }

  /** Where browsers find the dashboard: empty, or `/prefix`. */
  baseOf(c: Context<HttpEnv>): string {
    return this.#publicPath + mountedAt(c);
  }

  /** Adds a page for who is known and may see it; who is not known is led to the login. */
  page(path: string, scope: Scope, handler: PageHandler): void {
    this.app.get(path, async (c) => {
      const base = this.baseOf(c);
      const session = this.#admit(c, base, scope);
      if (session === null) return seeOther(c, loginPath(c, base));
      return shown(c, await handler(this.#contextOf(base, session), c));
    });
  }

  /** Adds what a form of such a page does, for who may do it. */
  form(path: string, scope: Scope, handler: FormHandler): void {
    this.app.post(path, async (c) => {
      const base = this.baseOf(c);
      const session = this.#admit(c, base, scope);
      if (session === null) return seeOther(c, `${base}/dashboard/login`);
      const form = await readForm(c, session.id, this.bodies);
      return shown(c, await handler(this.#contextOf(base, session), c, form, session));
    });
  }

  /** Null: nobody who is known. @throws ApiError `insufficient_scope` */
  #admit(c: Context<HttpEnv>, base: string, scope: Scope): Session | null {
    const session = this.access.session(c, base);
    if (session === null) return null;
    c.set('caller', session.caller);
    requireScope(c, scope);
    return session;
  }

  #contextOf(base: string, session: Session): PageContext {
    const { dependencies } = this;
    return {
      base,
      token: formToken(session.id),
      caller: session.caller,
      hasKey: this.access.hasKeys,
      hasSandbox: dependencies.sandbox !== undefined,
      hasDocs: dependencies.openApi !== undefined,
      assetVersion: this.assets.version,
    };
  }
}

function shown(c: Context<HttpEnv>, result: Markup | Response): Response | Promise<Response> {
  return result instanceof Response ? result : pageResponse(c, result);
}

function mountedAt(c: Context<HttpEnv>): string {
  return basePath(c).replace(/\/$/, '');
}

function loginPath(c: Context<HttpEnv>, base: string): string {
  const { pathname, search } = new URL(c.req.url);
  const next = pathname.slice(mountedAt(c).length) + search;
  return next === '/' || next === ''
    ? `${base}/dashboard/login`
    : `${base}/dashboard/login?${new URLSearchParams({ next })}`;
}
