import { DEFAULT_MESSAGE_RULES, type EnqueueRequest } from '@messaging-system/core';
import type { Context } from 'hono';
import { basePath } from 'hono/route';
import type * as v from 'valibot';
import { ApiKeys } from '../access/api-keys.ts';
import { Operations } from '../access/operations.ts';
import { requireScope } from '../access/require-scope.ts';
import type { Scope } from '../access/scope.ts';
import { type SseConnections, sseEvent } from '../events/sse-connections.ts';
import type { HttpEnv } from '../http-env.ts';
import { DEFAULT_HTTP_LIMITS } from '../http-limits.ts';
import { BodyReader } from '../routing/body-reader.ts';
import { publicPath } from '../routing/public-path.ts';
import { type EnqueueJson, enqueueSchemas } from '../schemas/enqueue.ts';
import type { ProcessorJson } from '../schemas/processor.ts';
import { Access, type Session } from './access.ts';
import { type Asset, readAssets } from './assets.ts';
import type { DashboardDependencies } from './dashboard-dependencies.ts';
import { type Form, readForm } from './form.ts';
import type { PageContext } from './page-context.ts';
import { type OverviewSettings, overviewPanel } from './pages/overview.ts';
import { seeOther } from './responses.ts';
import { formToken } from './session.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

export type PageHandler = (c: Context<HttpEnv>, page: PageContext) => Response | Promise<Response>;
export type FormHandler = (
  c: Context<HttpEnv>,
  page: PageContext,
  form: Form,
  session: Session,
) => Response | Promise<Response>;

// One host mounts it at one place, perhaps two; where the place has a parameter, clients can make some up.
const MOST_BASES = 32;

/** What all pages of one dashboard share. */
export class DashboardSite {
  readonly dependencies: DashboardDependencies;
  readonly access: Access;
  readonly operations: Operations;
  readonly settings: OverviewSettings;
  readonly newMessage: v.GenericSchema<EnqueueJson, EnqueueRequest>;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly assetVersion: string;
  readonly bodies: BodyReader;
  readonly #publicPath: string;
  readonly #live = new Map<string, SseConnections>();

  constructor(dependencies: DashboardDependencies) {
    const { clock, apiKeys, rules = DEFAULT_MESSAGE_RULES } = dependencies;
    const { files, version } = readAssets();
    this.dependencies = dependencies;
    this.#publicPath = publicPath(dependencies.publicPath);
    this.access = new Access(new ApiKeys(apiKeys), clock);
    const { messages, dispatcher, onOperation } = dependencies;
    this.operations = new Operations({ messages, dispatcher, via: 'dashboard', onOperation });
    this.settings = {
      target: dependencies.target ?? null,
      ratePerSecond: dependencies.ratePerSecond ?? null,
    };
    this.newMessage = enqueueSchemas(rules, 1).one;
    this.assets = files;
    this.assetVersion = version;
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
      const session = this.access.session(c, base);
      if (session === null) return seeOther(c, loginPath(c, base));
      c.set('caller', session.caller);
      requireScope(c, scope);
      return handler(c, this.#contextOf(base, session));
    };
  }

  /** What a form of such a page does, for who may do it. */
  form(scope: Scope, handler: FormHandler): (c: Context<HttpEnv>) => Promise<Response> {
    return async (c) => {
      const base = this.baseOf(c);
      const session = this.access.session(c, base);
      if (session === null) return seeOther(c, `${base}/dashboard/login`);
      c.set('caller', session.caller);
      requireScope(c, scope);
      const form = await readForm(c, session.id, this.bodies);
      return handler(c, this.#contextOf(base, session), form, session);
    };
  }

  snapshot(): Promise<Snapshot> {
    const { dependencies } = this;
    return takeSnapshot({
      ...dependencies,
      checks: dependencies.health ?? {},
      probeTimeoutMs: dependencies.probeTimeoutMs ?? DEFAULT_HTTP_LIMITS.probeTimeoutMs,
    });
  }

  /** A stream that says at once, and then again and again, how things stand; null when there are enough. */
  async live(base: string, signal: AbortSignal, onEnd: () => void): Promise<Response | null> {
    const known = this.#live.get(base);
    if (known === undefined && this.#live.size >= MOST_BASES) return null;
    const pages = known ?? this.dependencies.feed.pages(() => this.#state(base));
    if (known === undefined) this.#live.set(base, pages);
    return pages.accept(['retry: 1000\n\n', await this.#state(base)], signal, onEnd);
  }

  async #state(base: string): Promise<string> {
    const snapshot = await this.snapshot();
    const data = JSON.stringify({
      changes: snapshot.activity.changes,
      mayStart: mayStart(snapshot.processor),
      mayStop: snapshot.processor.state === 'running',
      html: String(await overviewPanel(base, snapshot, this.settings)),
    });
    return sseEvent({ type: 'state', data });
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
      assetVersion: this.assetVersion,
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

// A start also closes an open breaker.
function mayStart({ state, breaker }: ProcessorJson): boolean {
  return state !== 'running' || breaker.state !== 'closed';
}
