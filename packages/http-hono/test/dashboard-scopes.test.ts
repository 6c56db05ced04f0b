import { describe, expect, test } from 'vitest';
import { type ApiKeyOption, SandboxReceiver, SCOPES, type Scope } from '../src/index.ts';
import { type Visitor, visitor } from './support/browser.ts';
import { createWorld, enqueued, givenUp, PHONE, settled } from './support/world.ts';

/** Every page and form with the scope that it requires beside `read`. A new one is missing here until somebody decides. */
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
  'GET /dashboard/sandbox': 'read',
  'GET /docs': 'read',
  'GET /swagger': 'open',
  'GET /swagger/': 'open',
  'GET /swagger/index.html': 'open',
  'GET /dashboard/new': 'send',
  'POST /dashboard/new': 'send',
  'GET /dashboard/redrive': 'operate',
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

async function loggedIn(key: string): Promise<{ somebody: Visitor; answer: Response }> {
  const sandbox = new SandboxReceiver({ clock: createWorld().clock });
  const somebody = visitor({ apiKeys: KEYS, sandbox });
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
