import { InvalidOptionsError } from '@messaging-system/core';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { createDashboard, createHttpApp } from '../src/index.ts';
import { visitor } from './support/browser.ts';
import { createWorld } from './support/world.ts';

const HOSTS = ['localhost', '127.0.0.1', '[::1]'];

describe('with a guard against pages of other sites', () => {
  const guarded = () => createWorld({ browserGuard: { hosts: HOSTS } });

  test.each(['localhost', 'localhost:3000', '127.0.0.1:3000', '[::1]', '[::1]:3000', 'LOCALHOST:1'])(
    'answers to the host %s',
    async (host) => {
      expect((await guarded().call('/processor', { headers: { host } })).status).toBe(200);
    },
  );

  test.each([
    'evil.example',
    'evil.example:3000',
    'localhost.evil.example',
    '127.0.0.1.nip.io:3000',
    '127.0.0.2',
    '0.0.0.0:3000',
    '[::ffff:127.0.0.1]',
    'localhost:3000:3000',
    'localhost@evil.example',
    '',
  ])('a name that resolves to this machine is refused: host "%s"', async (host) => {
    const world = guarded();
    const answer = await world.call('/processor/stop', { method: 'POST', headers: { host } });
    expect(answer).toMatchObject({ status: 403, body: { code: 'host_not_allowed' } });
    expect(world.dispatcher.calls).toEqual([]);
  });

  test.each([
    'https://evil.example',
    'http://localhost:8080',
    'http://localhost.evil.example',
    'null',
    'x',
    '',
  ])(
    'a page of another site cannot stop delivery with a POST that needs no preflight: origin "%s"',
    async (origin) => {
      const world = guarded();
      const headers = { host: 'localhost:3000', origin, 'content-type': 'text/plain' };
      const answer = await world.call('/processor/stop', { method: 'POST', headers });
      expect(answer).toMatchObject({ status: 403, body: { code: 'cross_origin' } });
      expect(world.dispatcher.calls).toEqual([]);
    },
  );

  test('lets its own pages pass', async () => {
    for (const headers of [
      { host: 'localhost:3000', origin: 'http://localhost:3000' },
      { host: 'localhost', origin: 'http://localhost' },
      // Behind a proxy that ends TLS and passes another host on.
      { host: 'localhost:3000', origin: 'https://messages.example', 'sec-fetch-site': 'same-origin' },
    ]) {
      expect((await guarded().call('/processor/stop', { method: 'POST', headers })).status).toBe(200);
    }
  });

  test('refuses what a name that leads here says is of the same origin', async () => {
    const headers = { host: 'evil.example', origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' };
    expect((await guarded().call('/processor/stop', { method: 'POST', headers })).status).toBe(403);
  });

  test.each(['/healthz', '/readyz', '/openapi.json', '/nowhere', '/messages'])(
    'guards %s as well',
    async (path) => {
      const { app } = guarded();
      expect((await app.request(path, { headers: { host: 'evil.example' } })).status).toBe(403);
    },
  );

  test('answers to any host where the option says so, and still to no page of another site', async () => {
    const world = createWorld({ browserGuard: { hosts: 'any' } });
    const host = 'messages.example';
    expect((await world.call('/processor', { headers: { host } })).status).toBe(200);
    const headers = { host, origin: 'https://evil.example' };
    expect((await world.call('/processor/stop', { method: 'POST', headers })).status).toBe(403);
  });
});

const EVIL = [{ host: 'evil.example' }, { host: 'localhost:3000', origin: 'https://evil.example' }] as const;

describe('where nobody is asked for a key', () => {
  test.each(EVIL)('pages of other sites are kept out unless somebody says otherwise: %j', async (headers) => {
    const world = createWorld({ apiKeys: 'none' });
    expect((await world.call('/processor/stop', { method: 'POST', headers })).status).toBe(403);
    expect(world.dispatcher.calls).toEqual([]);
  });

  test('this machine is answered to', async () => {
    for (const host of HOSTS) {
      expect((await createWorld({ apiKeys: 'none' }).call('/processor', { headers: { host } })).status).toBe(
        200,
      );
    }
  });

  test('an app in front decides who may ask, if that is said', async () => {
    const world = createWorld({ apiKeys: 'none', browserGuard: 'off' });
    const headers = { host: 'messages.example', origin: 'https://pages.example' };
    expect((await world.call('/processor/stop', { method: 'POST', headers })).status).toBe(200);
  });

  test.each(EVIL)('the dashboard alone keeps pages of other sites out, too: %j', async (headers) => {
    const { feed, world } = visitor();
    const { messages, dispatcher, clock } = world;
    const host = new Hono();
    host.route('/', createDashboard({ messages, dispatcher, clock, feed, apiKeys: 'none' }));
    host.get('/mine', (c) => c.text('mine'));
    for (const path of ['/', '/dashboard', '/dashboard/messages', '/dashboard/live']) {
      expect((await host.request(path, { headers })).status).toBe(403);
      expect((await host.request(path, { headers: { host: 'localhost' } })).status).not.toBe(403);
    }
    expect((await host.request('/mine', { headers })).status).toBe(200);
  });
});

test('with keys everybody may ask who has one, from wherever', async () => {
  const headers = { host: 'messages.example', origin: 'https://pages.example', authorization: 'Bearer k' };
  const world = createWorld({ apiKeys: ['k'] });
  expect((await world.call('/processor/stop', { method: 'POST', headers })).status).toBe(200);
});

describe('whether anybody is asked for a key', () => {
  const { messages, dispatcher, clock } = createWorld();
  const { feed } = visitor();
  const parts = { messages, dispatcher, clock };

  test('has to be said', () => {
    // @ts-expect-error The type lets nobody forget it; this is for callers without types.
    expect(() => createHttpApp(parts)).toThrow(InvalidOptionsError);
    // @ts-expect-error The same.
    expect(() => createDashboard({ ...parts, feed })).toThrow(InvalidOptionsError);
  });

  test.each([[[]], ['a-key']])('is not said by %j', (apiKeys) => {
    // Values that a caller without types may give.
    const given = apiKeys as readonly string[];
    const why = "apiKeys must be a list of keys, or 'none' to let everybody use the API";
    expect(() => createHttpApp({ ...parts, apiKeys: given })).toThrow(why);
    expect(() => createDashboard({ ...parts, feed, apiKeys: given })).toThrow(why);
  });
});
