import { InvalidOptionsError } from '@messaging-system/core';
import { describe, expect, test } from 'vitest';
import { createWorld, enqueued, PHONE } from './support/world.ts';

describe('routing', () => {
  test.each([
    '/',
    '/message',
    '/messages/',
    '/messages/x/',
    '/messages/x/delete',
    '/messages/x/cancel/now',
    '//messages',
    '/processor/',
    '/sandbox/webhook',
    '/sandbox/deliveries',
    '/%00',
    '/%ff',
    '/__proto__',
  ])('answers 404 for %s', async (path) => {
    const answer = await createWorld().call(path);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ error: 'no such route', code: 'not_found' });
  });

  test.each([
    ['PUT', '/messages', 'GET, HEAD, POST'],
    ['DELETE', '/messages/x', 'GET, HEAD'],
    ['POST', '/messages/x', 'GET, HEAD'],
    ['GET', '/messages/x/cancel', 'POST'],
    ['GET', '/messages/redrive', 'POST'],
    ['GET', '/messages/erase', 'POST'],
    ['PATCH', '/processor', 'GET, HEAD'],
    ['GET', '/processor/dispatch', 'POST'],
    ['GET', '/processor/start', 'POST'],
    ['POST', '/processor/sent-messages', 'GET, HEAD'],
    ['OPTIONS', '/messages', 'GET, HEAD, POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['PURGE', '/readyz', 'GET, HEAD'],
    ['POST', '/openapi.json', 'GET, HEAD'],
  ])('answers 405 for %s %s and what is allowed', async (method, path, allow) => {
    const answer = await createWorld().call(path, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
    expect(answer.body).toEqual({ error: 'method not allowed', code: 'method_not_allowed' });
  });

  test('POST /processor/dispatch is not an action of the Go service', async () => {
    const world = createWorld();
    await world.post('/processor/dispatch');
    expect(world.dispatcher.calls).toEqual(['dispatchOnce']);
  });

  test.each(['/messages', '/processor', '/healthz', '/readyz', '/openapi.json'])(
    'HEAD %s answers as GET does, without the body',
    async (path) => {
      const world = createWorld();
      const head = await world.call(path, { method: 'HEAD' });
      const got = await world.call(path);
      expect(head.status).toBe(got.status);
      expect(head.text).toBe('');
      expect(head.headers.get('content-type')).toBe(got.headers.get('content-type'));
    },
  );

  test('HEAD answers errors too', async () => {
    const world = createWorld();
    expect((await world.call('/messages/none', { method: 'HEAD' })).status).toBe(404);
    expect((await world.call('/messages/redrive', { method: 'HEAD' })).status).toBe(405);
  });
});

describe('headers of every answer', () => {
  test.each([
    ['GET', '/healthz'],
    ['GET', '/messages'],
    ['GET', '/messages/none'],
    ['PUT', '/messages'],
    ['GET', '/nowhere'],
    ['POST', '/messages'],
  ])('%s %s is not to be stored, sniffed, framed or run', async (method, path) => {
    const { headers } = await createWorld().call(path, { method });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.has('x-powered-by')).toBe(false);
  });

  test('give way to those of a route that is added', async () => {
    const { app } = createWorld();
    app.get('/page', (c) =>
      c.html('<p>', 200, { 'content-security-policy': "default-src 'self'", 'cache-control': 'max-age=60' }),
    );
    const { headers } = await app.request('/page');
    expect(headers.get('content-security-policy')).toBe("default-src 'self'");
    expect(headers.get('cache-control')).toBe('max-age=60');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('take over the id of the request', async () => {
    const answer = await createWorld().call('/nowhere', { headers: { 'x-request-id': 'abc-123_4=' } });
    expect(answer.headers.get('x-request-id')).toBe('abc-123_4=');
  });

  test.each(['', 'a b', 'a;b', '<script>', 'caf\u00e9', 'x'.repeat(129)])(
    'have an id of their own instead of "%s"',
    async (given) => {
      const answer = await createWorld().call('/healthz', { headers: { 'x-request-id': given } });
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    },
  );
});

describe('createHttpApp', () => {
  test.each([
    [{ maxBodyBytes: 0 }, /maxBodyBytes/],
    [{ maxBatch: 1.5 }, /maxBatch/],
    [{ requestTimeoutMs: Number.NaN, probeTimeoutMs: -1 }, /requestTimeoutMs.*probeTimeoutMs/],
  ])('refuses the limits %j', (limits, problem) => {
    expect(() => createWorld({ limits })).toThrow(InvalidOptionsError);
    expect(() => createWorld({ limits })).toThrow(problem);
  });

  test('takes another size of batches', async () => {
    const world = createWorld({ limits: { maxBatch: 1 } });
    const message = { phoneNumber: PHONE, content: 'x' };
    expect((await world.post('/messages', [message])).status).toBe(201);
    expect((await world.post('/messages', [message, message])).status).toBe(413);
  });

  test('shows nothing that a repository keeps besides', async () => {
    const world = createWorld();
    const { id } = await enqueued(world);
    const message = await world.repository.findById(id);
    const secret = { ...message, leaseToken: 'secret' };
    const world2 = createWorld({ messages: Object.assign(world.messages, { find: async () => secret }) });
    expect((await world2.call(`/messages/${id}`)).text).not.toContain('secret');
  });
});
