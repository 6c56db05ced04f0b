import { InvalidOptionsError } from '@messaging-system/core';
import { describe, expect, test } from 'vitest';
import { type ApiKeyOption, type Operation, requireScope, SCOPES, type Scope } from '../src/index.ts';
import { everyRoute } from './support/every-route.ts';
import { accepted, createWorld, enqueued, givenUp, PHONE, settled, type World } from './support/world.ts';

/** Every route with the scope that it requires. A new route is missing here until somebody decides. */
const REQUIRED: Readonly<Record<string, Scope | 'open'>> = {
  'POST /messages': 'send',
  'GET /messages': 'read',
  'GET /messages/:id': 'read',
  'POST /messages/:id/cancel': 'operate',
  'POST /messages/:id/redrive': 'operate',
  'POST /messages/redrive': 'operate',
  'POST /messages/cancel': 'operate',
  'POST /messages/erase': 'erase',
  'GET /processor': 'read',
  'POST /processor/dispatch': 'operate',
  'POST /processor/stop-all': 'operate',
  'POST /processor/start-all': 'operate',
  'POST /processor/:action': 'operate',
  'GET /processor/sent-messages': 'read',
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  'GET /events': 'read',
  'GET /metrics': 'read',
  'GET /openapi.json': 'read',
  'POST /sandbox/webhook': 'send',
  'GET /sandbox/deliveries': 'read',
};

const BODIES: Readonly<Record<string, unknown>> = {
  'POST /messages': { phoneNumber: PHONE, content: 'Hello' },
  'POST /messages/redrive': { status: 'failed' },
  'POST /messages/cancel': { status: 'unsent' },
  'POST /messages/erase': { phoneNumber: PHONE },
};

const KEYS: readonly ApiKeyOption[] = [
  'opens-everything',
  ...SCOPES.map((scope) => ({ name: `only-${scope}`, key: `key-to-${scope}`, scopes: [scope] })),
  { name: 'campaigns', key: 'key-of-campaigns', scopes: ['read', 'send'] },
  { name: 'trusted', key: 'key-of-trusted' },
];

function guarded(onOperation?: (operation: Operation) => void): World {
  return createWorld({
    ...everyRoute(),
    ...(onOperation === undefined ? {} : { onOperation }),
    apiKeys: KEYS,
  });
}

/** A request that nothing is wrong with, for a message that may be redriven. */
async function ask(world: World, route: string, key: string): Promise<Response> {
  const [method = '', pattern = ''] = route.split(' ');
  const outcome = pattern.endsWith('/sent-messages') ? accepted() : givenUp;
  const { id } = await (pattern.endsWith('/cancel') ? enqueued(world) : settled(world, outcome));
  const body = BODIES[route];
  return world.app.request(pattern.replace(':id', id).replace(':action', 'start'), {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

test('every route says which scope it requires', () => {
  const registered = guarded()
    .app.routes.filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path}`);
  expect(registered.sort()).toEqual(Object.keys(REQUIRED).sort());
});

describe.each(Object.entries(REQUIRED))('%s', (route, required) => {
  test.each(SCOPES)('with a key that may only %s', async (scope) => {
    const world = guarded();
    const answer = await ask(world, route, `key-to-${scope}`);
    if (required === 'open' || required === scope) {
      expect(answer.ok).toBe(true);
      return;
    }
    expect(answer.status).toBe(403);
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer realm="messaging-system", error="insufficient_scope", scope="${required}"`,
    );
    expect(await answer.json()).toEqual({
      error: `the key only-${scope} may not ${required}: it has ${scope}`,
      code: 'insufficient_scope',
      details: { key: `only-${scope}`, required, granted: [scope] },
    });
    expect(world.dispatcher.calls).toEqual([]);
  });

  test('tells what was done with the name of the key, and nothing of what is only read or sent', async () => {
    const told: Operation[] = [];
    const answer = await ask(
      guarded((operation) => told.push(operation)),
      route,
      required === 'open' ? 'key-to-read' : `key-to-${required}`,
    );
    expect(answer.ok).toBe(true);
    const requestId = answer.headers.get('x-request-id');
    const whoAndHow = { key: `only-${required}`, via: 'api', requestId };
    const isOperation = required === 'operate' || required === 'erase';
    expect(told).toEqual(isOperation ? [expect.objectContaining(whoAndHow)] : []);
    expect(JSON.stringify(told)).not.toContain('key-to-');
  });

  test.each(['opens-everything', 'key-of-trusted'])('with the key %s, which has all scopes', async (key) => {
    expect((await ask(guarded(), route, key)).ok).toBe(true);
  });
});

describe('a key that may not', () => {
  const headers = { authorization: 'Bearer key-of-campaigns' };

  test('gets that error as the document has it, before anything of the request is read', async () => {
    const world = guarded();
    const answer = await world.call('/messages/erase', { method: 'POST', headers, body: '{' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
    expect(answer.text).toContain('the key campaigns may not erase: it has read, send');
    expect(answer.text).not.toContain('key-of-campaigns');
  });

  test('changes nothing', async () => {
    const world = guarded();
    const { id } = await enqueued(world);
    for (const path of [`/messages/${id}/cancel`, '/processor/stop', '/processor/dispatch']) {
      expect((await world.call(path, { method: 'POST', headers })).status).toBe(403);
    }
    expect((await world.messages.find(id))?.status).toBe('unsent');
    expect(world.dispatcher.calls).toEqual([]);
  });

  test('read sees a message that it cancels or redrives, and no other', async () => {
    const world = guarded();
    const { id } = await enqueued(world);
    const operator = { method: 'POST', headers: { authorization: 'Bearer key-to-operate' } };
    const changed = await world.call(`/messages/${id}/cancel`, operator);
    expect(changed).toMatchObject({ status: 200, body: { id, phoneNumber: PHONE, status: 'cancelled' } });
    const refused = await world.call(`/messages/${id}/cancel`, operator);
    expect(refused).toMatchObject({ status: 409 });
    expect(refused.text).not.toContain(PHONE);
  });

  test('gets the same answers as everybody for HEAD, wrong methods and unknown routes', async () => {
    const world = guarded();
    const sender = { authorization: 'Bearer key-to-send' };
    expect((await world.app.request('/messages', { method: 'HEAD', headers: sender })).status).toBe(403);
    expect((await world.app.request('/messages', { method: 'PUT', headers: sender })).status).toBe(405);
    expect((await world.app.request('/nowhere', { headers: sender })).status).toBe(404);
  });

  test('is kept from a route that the host adds, where the host requires a scope', async () => {
    const { app } = guarded();
    app.get('/report', (c) => {
      requireScope(c, 'read');
      return c.text('a report');
    });
    expect((await app.request('/report', { headers: { authorization: 'Bearer key-to-send' } })).status).toBe(
      403,
    );
    expect((await app.request('/report', { headers })).status).toBe(200);
  });
});

test('where nobody is asked for a key, everything may be done', async () => {
  const world = createWorld();
  expect((await world.post('/messages/erase', { phoneNumber: PHONE })).status).toBe(200);
});

test('may be made with the same text twice, which is one key', async () => {
  const world = createWorld({ apiKeys: ['k', 'k'] });
  expect((await world.call('/messages', { headers: { authorization: 'Bearer k' } })).status).toBe(200);
});

test.each([
  [[{ name: '', key: 'k' }], 'apiKeys[0].name must be 1 to 64 letters, digits or any of . _ -, not ""'],
  [
    [{ name: 'two words', key: 'k' }],
    'apiKeys[0].name must be 1 to 64 letters, digits or any of . _ -, not "two words"',
  ],
  [[{ name: 'a', key: ' ' }], 'apiKeys[0]: the key must not be blank'],
  [
    [{ name: 'a', key: 'k', scopes: [] }],
    'apiKeys[0].scopes must name at least one of read, send, operate, erase',
  ],
  [
    [{ name: 'a', key: 'k', scopes: ['wirte'] }],
    'apiKeys[0].scopes: there is no scope "wirte"; scopes are read, send, operate, erase',
  ],
  [
    [
      { name: 'a', key: 'k' },
      { name: 'a', key: 'l' },
    ],
    'apiKeys[1].name: another key has the name a',
  ],
  [['k', { name: 'a', key: 'k' }], 'apiKeys[1]: the same key is given twice'],
] as const)('cannot be made with %j', (apiKeys, problem) => {
  // Values that a caller without types may give.
  const make = () => createWorld({ apiKeys: apiKeys as unknown as readonly ApiKeyOption[] });
  expect(make).toThrow(InvalidOptionsError);
  expect(make).toThrow(problem);
});
