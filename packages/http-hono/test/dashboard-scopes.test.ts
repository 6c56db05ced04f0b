import { describe, expect, test } from 'vitest';
import { type ApiKeyOption, type Operation, SandboxReceiver, SCOPES, type Scope } from '../src/index.ts';
import { type Visitor, visitor } from './support/browser.ts';
import { createWorld, enqueued, givenUp, PHONE, settled } from './support/world.ts';

/** Every page and form with the scope that it requires in addition to `read`. A new one is missing here until somebody decides. */
const REQUIRED: Readonly<Record<string, Scope | 'open'>> = {
  'GET /dashboard/assets/:name': 'open',
  'GET /dashboard/login': 'open',
  'POST /dashboard/login': 'open',
  'POST /dashboard/logout': 'read',
  'GET /': 'read',
  'GET /dashboard': 'open',
  'GET /dashboard/live': 'read',
  'GET /dashboard/messages': 'read',
  'GET /dashboard/messages/:id': 'read',
  'GET /dashboard/reasons': 'read',
  'GET /dashboard/sandbox': 'read',
  'GET /dashboard/openapi.json': 'read',
  'GET /docs': 'read',
  'GET /swagger': 'open',
  'GET /swagger/': 'open',
  'GET /swagger/index.html': 'open',
  'GET /dashboard/new': 'send',
  'POST /dashboard/new': 'send',
  'POST /dashboard/new/request': 'send',
  'GET /dashboard/stop': 'operate',
  'GET /dashboard/redrive': 'operate',
  'GET /dashboard/cancel': 'operate',
  'POST /dashboard/cancel': 'operate',
  'POST /dashboard/redrive': 'operate',
  'POST /dashboard/messages/:id/cancel': 'operate',
  'POST /dashboard/messages/:id/redrive': 'operate',
  'POST /dashboard/processor/dispatch': 'operate',
  'GET /dashboard/processor/dispatch': 'open',
  'POST /dashboard/processor/:action': 'operate',
};

const KEYS: readonly ApiKeyOption[] = [
  ...SCOPES.map((scope) => ({
    name: `reads-and-${scope}`,
    key: `key-to-${scope}`,
    scopes: [...new Set<Scope>(['read', scope])],
  })),
  { name: 'sends', key: 'key-that-sends', scopes: ['send'] },
];

async function loggedIn(
  key: string,
  onOperation: (operation: Operation) => void = () => {},
): Promise<{ somebody: Visitor; answer: Response }> {
  const sandbox = new SandboxReceiver({ clock: createWorld().clock });
  const somebody = visitor({ apiKeys: KEYS, sandbox, onOperation });
  const body = new URLSearchParams({ apiKey: key, next: '/' });
  const answer = await somebody.request('/dashboard/login', { method: 'POST', body });
  return { somebody, answer };
}

/** A page, or a form that nothing is wrong with. */
async function ask({ world, request, get }: Visitor, route: string): Promise<Response> {
  const [method = '', pattern = ''] = route.split(' ');
  const { id } = await (pattern.endsWith('/cancel') ? enqueued(world) : settled(world, givenUp));
  const path = pattern.replace(':id', id).replace(':action', 'stop');
  if (method === 'GET') return request(`${path}?status=failed`);
  const { html } = await get('/');
  const token = /name="token" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const fields = { token, status: 'failed', count: '9', phoneNumber: PHONE, content: 'Hello' };
  return request(path, { method, body: new URLSearchParams(fields) });
}

test('every page and form says which scope it requires', async () => {
  const { somebody } = await loggedIn('key-to-read');
  const registered = somebody.world.app.routes
    .filter(({ method, path }) => method !== 'ALL' && /^\/($|dashboard|docs|swagger)/.test(path))
    .map(({ method, path }) => `${method} ${path}`);
  expect(registered.sort()).toEqual(Object.keys(REQUIRED).sort());
});

describe.each(Object.entries(REQUIRED).filter(([, required]) => required !== 'open'))(
  '%s',
  (route, required) => {
    test('tells what was done with the name of the key, and nothing of what is only read or sent', async () => {
      const told: Operation[] = [];
      const { somebody } = await loggedIn(`key-to-${required}`, (operation) => told.push(operation));
      expect([200, 303]).toContain((await ask(somebody, route)).status);
      const whoAndHow = { key: `reads-and-${required}`, via: 'dashboard' };
      const isOperation = required === 'operate' && route.startsWith('POST');
      expect(told).toEqual(isOperation ? [expect.objectContaining(whoAndHow)] : []);
    });

    test.each(SCOPES)('with a key that may read and %s', async (scope) => {
      const { somebody } = await loggedIn(`key-to-${scope}`);
      const answer = await ask(somebody, route);
      if (required === 'read' || required === scope) {
        expect([200, 303]).toContain(answer.status);
        return;
      }
      expect(answer.status).toBe(403);
      expect(await answer.text()).toContain(`the key reads-and-${scope} may not ${required}`);
      expect(somebody.world.dispatcher.calls).toEqual([]);
    });
  },
);

describe('the login', () => {
  test('refuses a key that may not read, and says why', async () => {
    const { somebody, answer } = await loggedIn('key-that-sends');
    expect(answer.status).toBe(403);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await answer.text()).toContain(
      'The dashboard shows messages, and the key sends may not read: it has send.',
    );
    expect((await somebody.get('/')).status).toBe(303);
  });

  test('does not know a session any more whose key may no longer read', async () => {
    const { somebody } = await loggedIn('key-to-operate');
    const changed = visitor({
      apiKeys: [{ name: 'reads-and-operate', key: 'key-to-operate', scopes: ['operate'] }],
    });
    changed.cookie = somebody.cookie;
    expect((await changed.get('/')).location).toBe('/dashboard/login');
  });
});

test('no link of a page asks somebody who is logged in for the key again', async () => {
  const { somebody } = await loggedIn('key-to-read');
  const { id } = await settled(somebody.world, givenUp);
  const pages = ['/', '/dashboard/messages', `/dashboard/messages/${id}`, '/dashboard/sandbox', '/docs'];
  const links = new Set(pages);
  for (const path of pages) {
    const { html } = await somebody.get(path);
    for (const [, href = ''] of html.matchAll(/ href="(\/[^"#]*)"/g)) links.add(href);
  }
  const answers = await Promise.all(
    [...links].map(async (path) => ({ path, ...(await somebody.get(path)) })),
  );
  expect(
    answers.filter(({ status }) => status !== 200).map(({ path, status }) => ({ path, status })),
  ).toEqual([]);
  const shown = answers.find(({ path }) => path.endsWith('/openapi.json'))?.html ?? '';
  const headers = { authorization: 'Bearer key-to-read' };
  expect(JSON.parse(shown)).toEqual(await (await somebody.request('/openapi.json', { headers })).json());
});

describe('the pages', () => {
  /** The targets of links and buttons of all pages, as routes: the path parameters are those of the registered routes. */
  async function offered(key: string): Promise<ReadonlySet<string>> {
    const { somebody } = await loggedIn(key);
    const { world } = somebody;
    const failed = await settled(world, givenUp);
    const unsent = await enqueued(world);
    const paths = [
      '/',
      '/dashboard/messages',
      '/dashboard/messages?status=failed',
      '/dashboard/sandbox',
      '/docs',
    ];
    const pages = [...paths, ...[failed, unsent].map(({ id }) => `/dashboard/messages/${id}`)];
    const found = new Set<string>();
    for (const path of pages) {
      const { html } = await somebody.get(path);
      for (const [, href = ''] of html.matchAll(/<a [^>]*href="(\/[^"#]*)"/g))
        found.add(routeOf('GET', href));
      for (const [, action = ''] of html.matchAll(/<form method="post" action="([^"]*)"/g)) {
        found.add(routeOf('POST', action));
      }
    }
    return found;
  }

  function routeOf(method: string, href: string): string {
    const [path = ''] = href.split('?');
    const fitting = Object.keys(REQUIRED).filter((route) => {
      const [of, pattern = ''] = route.split(' ');
      return of === method && new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}$`).test(path);
    });
    // A path without parameters is the more exact one.
    return (
      fitting.toSorted((one, other) => one.split(':').length - other.split(':').length)[0] ??
      `${method} ${path}`
    );
  }

  test.each(SCOPES)('offer a key that may read and %s nothing that it may not do', async (scope) => {
    const wrong = [...(await offered(`key-to-${scope}`))].filter((route) => {
      const required = REQUIRED[route];
      return required !== undefined && !['open', 'read', scope].includes(required);
    });
    expect(wrong).toEqual([]);
  });

  test.each([
    ['send', ['GET /dashboard/new']],
    [
      'operate',
      [
        'GET /dashboard/redrive',
        'POST /dashboard/messages/:id/cancel',
        'POST /dashboard/messages/:id/redrive',
        'POST /dashboard/processor/:action',
        'POST /dashboard/processor/dispatch',
      ],
    ],
  ] as const)('offer a key that may %s what it may do', async (scope, routes) => {
    expect([...(await offered(`key-to-${scope}`))]).toEqual(expect.arrayContaining([...routes]));
  });

  test('say whose key it is and what it may do', async () => {
    const { somebody } = await loggedIn('key-to-send');
    expect((await somebody.get('/')).html).toContain('reads-and-send may read, send');
    expect((await visitor().get('/')).html).not.toContain(' may read');
  });
});
