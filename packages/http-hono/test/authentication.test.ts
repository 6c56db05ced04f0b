import { InvalidOptionsError } from '@messaging-system/core';
import { SystemClock } from '@messaging-system/core/system-clock';
import { describe, expect, test } from 'vitest';
import { SandboxReceiver } from '../src/index.ts';
import { createWorld, type World } from './support/world.ts';

const KEYS = ['first-key', 'second-key'];

function guarded(): World {
  return createWorld({ apiKeys: KEYS, sandbox: new SandboxReceiver({ clock: new SystemClock() }) });
}

const GUARDED = [
  ['POST', '/messages'],
  ['GET', '/messages'],
  ['GET', '/messages/x'],
  ['POST', '/messages/x/cancel'],
  ['POST', '/messages/x/redrive'],
  ['POST', '/messages/redrive'],
  ['POST', '/messages/erase'],
  ['GET', '/processor'],
  ['POST', '/processor/start'],
  ['POST', '/processor/stop'],
  ['POST', '/processor/dispatch'],
  ['GET', '/processor/sent-messages'],
  ['GET', '/openapi.json'],
  ['POST', '/sandbox/webhook'],
  ['GET', '/sandbox/deliveries'],
  ['DELETE', '/messages'],
  ['HEAD', '/messages'],
  ['GET', '/unknown'],
] as const;

describe('with API keys', () => {
  test.each(GUARDED)('%s %s asks for a key', async (method, path) => {
    const world = guarded();
    const answer = await world.call(path, { method });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="messaging-system"');
    expect(world.dispatcher.calls).toEqual([]);
  });

  test.each([
    ['GET', '/healthz', 200],
    ['GET', '/readyz', 200],
  ])('%s %s asks for none', async (method, path, status) => {
    expect((await guarded().call(path, { method })).status).toBe(status);
  });

  test.each(['Bearer first-key', 'Bearer second-key', 'bearer first-key', 'BEARER  second-key'])(
    'lets "%s" pass',
    async (authorization) => {
      const answer = await guarded().call('/messages', { headers: { authorization } });
      expect(answer.status).toBe(200);
    },
  );

  test.each(['Bearer third-key', 'Bearer first-ke', 'Bearer first-key2', 'Bearer FIRST-KEY'])(
    'refuses "%s" as invalid',
    async (authorization) => {
      const answer = await guarded().call('/messages', { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expect(answer.body).toEqual({
        error: 'an API key is required: Authorization: Bearer <key>',
        code: 'unauthorized',
      });
    },
  );

  test.each([
    'first-key',
    'Basic first-key',
    'Bearer',
    'Bearer first-key second-key',
    'Bearer first-key, Bearer second-key',
    '',
  ])('does not take "%s" for a bearer token', async (authorization) => {
    const answer = await guarded().call('/messages', { headers: { authorization } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="messaging-system"');
  });

  test('takes a key beyond ASCII in its UTF-8 bytes', async () => {
    const world = createWorld({ apiKeys: ['clé-🔑'] });
    const authorization = `Bearer ${Buffer.from('clé-🔑', 'utf8').toString('latin1')}`;
    const answer = await world.app.request('/messages', { headers: { authorization } });
    expect(answer.status).toBe(200);
  });

  test('guards routes that are added afterwards', async () => {
    const { app } = guarded();
    app.get('/metrics', (c) => c.text('up 1'));
    expect((await app.request('/metrics')).status).toBe(401);
    const headers = { authorization: 'Bearer first-key' };
    expect(await (await app.request('/metrics', { headers })).text()).toBe('up 1');
  });

  test.each([[['']], [['key', '  ']]])('cannot be made with blank keys: %j', (apiKeys) => {
    expect(() => createWorld({ apiKeys })).toThrow(InvalidOptionsError);
  });
});

describe('without API keys', () => {
  test('nobody is asked', async () => {
    expect((await createWorld({ apiKeys: 'none' }).call('/messages')).status).toBe(200);
  });
});
