import type { Context } from 'hono';
import { basePath } from 'hono/route';
import { ApiKeys } from '../access/api-keys.ts';
import { requireScope } from '../access/authenticate.ts';
import { Operations } from '../access/operations.ts';
import type { Scope } from '../access/scope.ts';
import type { HttpEnv } from '../http-env.ts';
import { DEFAULT_HTTP_LIMITS } from '../http-limits.ts';
import { BodyReader } from '../routing/body-reader.ts';
import { publicPath } from '../shared-dependencies.ts';
import { Access, type Session } from './access.ts';
import { type Assets, readAssets } from './assets.ts';
import type { DashboardDependencies } from './dashboard-dependencies.ts';
import { type Form, readForm } from './form.ts';
import type { PageContext } from './pages/layout.ts';
import { seeOther } from './responses.ts';
import { formToken } from './session.ts';

type PageHandler = (c: Context<HttpEnv>, page: PageContext) => Response | Promise<Response>;
type FormHandler = (
  c: Context<HttpEnv>,
  page: PageContext,
  form: Form,
  session: Session,
) => Response | Promise<Response>;

/** What all pages of one dashboard share. */
export class DashboardSite {
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

  /** A page for who is known and may see it; who is not known is led to the login. */
  page(scope: Scope, handler: PageHandler): (c: Context<HttpEnv>) => Response | Promise<Response> {
    return (c) => {
      const base = this.baseOf(c);
      const session = this.#admit(c, base, scope);
      return session === null ? seeOther(c, loginPath(c, base)) : handler(c, this.#contextOf(base, session));
    };
  }

  /** What a form of such a page does, for who may do it. */
  form(scope: Scope, handler: FormHandler): (c: Context<HttpEnv>) => Promise<Response> {
    return async (c) => {
      const base = this.baseOf(c);
      const session = this.#admit(c, base, scope);
      if (session === null) return seeOther(c, `${base}/dashboard/login`);
      const form = await readForm(c, session.id, this.bodies);
      return handler(c, this.#contextOf(base, session), form, session);
    };
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
