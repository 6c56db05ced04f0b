import { InvalidOptionsError } from '@messaging-system/core';
import { describe, expect, test } from 'vitest';
import { createWorld } from './support/world.ts';

const PAGE = 'https://admin.example.com';
const ALLOWED = 'access-control-allow-origin';
const PREFLIGHT = {
  method: 'OPTIONS',
  headers: {
    origin: PAGE,
    host: 'localhost:3000',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  },
};
const GUARD = { browserGuard: { hosts: ['localhost'] } };

describe('pages of other sites', () => {
  test('get no access unless their site is named', async () => {
    for (const corsOrigins of [[], ['https://other.example']]) {
      const { app } = createWorld({ corsOrigins });
      const answer = await app.request('/processor', { headers: { origin: PAGE } });
      expect(answer.headers.get(ALLOWED)).toBeNull();
    }
  });

  test('may read where their site is named, without cookies', async () => {
    const { app } = createWorld({ corsOrigins: [PAGE] });
    const { headers } = await app.request('/processor', { headers: { origin: PAGE } });
    expect(headers.get(ALLOWED)).toBe(PAGE);
    expect(headers.get('access-control-expose-headers')).toContain('x-request-id');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('vary')?.toLowerCase()).toContain('origin');
  });

  test('may read errors as well', async () => {
    const { app } = createWorld({ corsOrigins: [PAGE], apiKeys: ['key'] });
    const answer = await app.request('/messages/none', { headers: { origin: PAGE } });
    expect([answer.status, answer.headers.get(ALLOWED)]).toEqual([401, PAGE]);
  });

  test('have their preflight answered without a key, and need it for the request', async () => {
    const { app, dispatcher } = createWorld({ corsOrigins: [PAGE], apiKeys: ['key'] });
    const preflight = await app.request('/processor/stop', PREFLIGHT);
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get(ALLOWED)).toBe(PAGE);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    const stop = (headers: Record<string, string>): Response | Promise<Response> =>
      app.request('/processor/stop', { method: 'POST', headers: { origin: PAGE, ...headers } });
    expect((await stop({})).status).toBe(401);
    expect(dispatcher.calls).toEqual([]);
    expect((await stop({ authorization: 'Bearer key' })).status).toBe(200);
  });

  test('of a named site pass the guard, others do not', async () => {
    const { app, dispatcher } = createWorld({ ...GUARD, corsOrigins: [PAGE] });
    const stop = async (origin: string, host = 'localhost:3000'): Promise<number> =>
      (await app.request('/processor/stop', { method: 'POST', headers: { host, origin } })).status;
    expect(await stop('https://evil.example')).toBe(403);
    expect(await stop(PAGE, 'evil.example')).toBe(403);
    expect(dispatcher.calls).toEqual([]);
    expect(await stop(PAGE)).toBe(200);
    expect((await app.request('/processor/stop', PREFLIGHT)).status).toBe(204);
  });

  test('of every site may use what asks for a key, with a star', async () => {
    const { app } = createWorld({ corsOrigins: ['*'], apiKeys: ['key'] });
    const headers = { origin: PAGE, authorization: 'Bearer key' };
    expect((await app.request('/processor', { headers })).headers.get(ALLOWED)).toBe('*');
  });
});

test('every page of every site cannot be allowed where nobody is asked for a key', () => {
  expect(() => createWorld({ corsOrigins: [PAGE, '*'] })).toThrow(InvalidOptionsError);
  expect(() => createWorld({ corsOrigins: ['*'] })).toThrow('every page in a browser could use the API');
  expect(() => createWorld({ corsOrigins: ['*'], browserGuard: 'off' })).not.toThrow();
});
