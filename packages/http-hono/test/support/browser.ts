import type { Clock } from '@messaging-system/core';
import { DashboardFeed, type DashboardOptions, type HttpAppDependencies } from '../../src/index.ts';
import { createWorld, type World } from './world.ts';

export interface Page {
  readonly status: number;
  readonly location: string | null;
  readonly headers: Headers;
  readonly html: string;
}

export interface Visitor {
  readonly world: World;
  readonly feed: DashboardFeed;
  /** Follows nothing; keeps cookies. */
  get(path: string): Promise<Page>;
  /** Sends a form as a page of ours does, with its token. */
  submit(path: string, fields?: Readonly<Record<string, string>>): Promise<Page>;
  request(path: string, init?: RequestInit): Promise<Response>;
  cookie: string;
}

/** Somebody with a browser in front of the dashboard, without one. */
export function visitor(given: Partial<HttpAppDependencies> = {}): Visitor {
  // The world makes its clock, and the feed has to be there before the world.
  const clock: Clock = {
    now: () => world.clock.now(),
    sleep: (ms, signal) => world.clock.sleep(ms, signal),
  };
  const feed = new DashboardFeed({ clock });
  const dashboard: DashboardOptions = {
    feed,
    target: 'https://example.com/hook',
    previewRequest: () => ({ kind: 'unbuildable', reason: 'content_not_json' }),
  };
  const world: World = createWorld({ dashboard, ...given });
  const self: Visitor = {
    world,
    feed,
    cookie: '',
    request: async (path, init = {}) => {
      const headers = new Headers(init.headers);
      if (self.cookie !== '') headers.set('cookie', self.cookie);
      const response = await world.app.request(path, { ...init, headers });
      const [set] = response.headers.getSetCookie();
      if (set !== undefined) self.cookie = set.split(';')[0] ?? '';
      return response;
    },
    get: async (path) => page(await self.request(path)),
    submit: async (path, fields = {}) => {
      const { html } = await self.get('/dashboard/new');
      const token = /name="token" value="([^"]+)"/.exec(html)?.[1] ?? '';
      const body = new URLSearchParams({ token, ...fields });
      return page(await self.request(path, { method: 'POST', body }));
    },
  };
  return self;
}

async function page(response: Response): Promise<Page> {
  const { status, headers } = response;
  return { status, headers, location: headers.get('location'), html: await response.text() };
}
