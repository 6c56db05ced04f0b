import {
  MessagingError,
  SentCacheUnavailableError,
  StoreRejectedError,
  StoreUnavailableError,
} from '@messaging-system/core';
import type { MessageRepository } from '@messaging-system/core/adapter';
import { describe, expect, test } from 'vitest';
import { createWorld, enqueued, PHONE, type World } from './support/world.ts';

const STORE_ROUTES: readonly (readonly [string, string, unknown, keyof MessageRepository])[] = [
  ['POST', '/messages', { phoneNumber: PHONE, content: 'x' }, 'insert'],
  ['POST', '/messages', [{ phoneNumber: PHONE, content: 'x' }], 'insert'],
  ['GET', '/messages', undefined, 'list'],
  ['GET', '/messages/x', undefined, 'findById'],
  ['POST', '/messages/x/cancel', undefined, 'cancel'],
  ['POST', '/messages/x/redrive', undefined, 'redrive'],
  ['POST', '/messages/cancel', { status: 'unsent' }, 'list'],
  ['POST', '/messages/redrive', { status: 'failed' }, 'redriveMatching'],
  ['POST', '/messages/erase', { phoneNumber: PHONE }, 'erase'],
  ['GET', '/processor/sent-messages', undefined, 'list'],
];

function failing(operation: keyof MessageRepository, thrown: unknown): World {
  return createWorld({ store: { [operation]: () => Promise.reject(thrown) } });
}

function ask(world: World, method: string, path: string, body: unknown) {
  return method === 'GET' ? world.call(path) : world.post(path, body);
}

describe('faults of the store', () => {
  test.each(STORE_ROUTES)('%s %s (%j) answers 503 with Retry-After while it is down', async (...route) => {
    const [method, path, body, operation] = route;
    const fault = new StoreUnavailableError('mongodb://u:p@10.0.0.7 refused');
    const world = failing(operation, fault);
    const answer = await ask(world, method, path, body);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.body).toEqual({ error: 'the store is unavailable', code: 'store_unavailable' });
    expect(world.faults).toMatchObject([{ code: 'store_unavailable', error: fault, method }]);
  });

  test.each(STORE_ROUTES)('%s %s (%j) answers 503 when it refuses', async (method, path, body, operation) => {
    const world = failing(operation, new StoreRejectedError('disk full'));
    const answer = await ask(world, method, path, body);
    expect(answer.status).toBe(503);
    expect(answer.headers.has('retry-after')).toBe(false);
    expect(answer.body).toEqual({ error: 'the store refused the operation', code: 'store_rejected' });
  });

  test('a sent cache that cannot forget what is erased answers 503', async () => {
    const world = failing('erase', new SentCacheUnavailableError('down'));
    const answer = await world.post('/messages/erase', { phoneNumber: PHONE });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.body).toMatchObject({ code: 'sent_cache_unavailable' });
  });
});

describe('what nobody expected', () => {
  test.each([
    ['an error', new Error('secret detail\nforged line')],
    ['a fault that no route can cause', new MessagingError('invalid_options', 'secret detail')],
    ['text', 'secret detail'],
    ['nothing', undefined],
  ])('answers 500 without a word of it and reports it: %s', async (_, thrown) => {
    const world = failing('findById', thrown);
    const answer = await world.call('/messages/some%0Aid', { headers: { 'x-request-id': 'r-1' } });
    expect(answer.status).toBe(500);
    expect(answer.body).toEqual({ error: 'internal error', code: 'internal' });
    expect(world.faults).toMatchObject([
      { code: 'internal', requestId: 'r-1', method: 'GET', route: '/messages/:id' },
    ]);
    const reported = world.faults[0]?.error;
    expect(reported).toBeInstanceOf(Error);
    expect(reported instanceof Error && (reported === thrown || reported.cause === thrown)).toBe(true);
  });

  test('is a repository that breaks its promises', async () => {
    const silent = createWorld({
      store: { cancel: async () => [], list: async () => ({ kind: 'invalid_cursor' }) },
    });
    expect((await silent.post('/messages/x/cancel')).status).toBe(500);
    expect((await silent.call('/processor/sent-messages')).status).toBe(500);
  });

  test('is answered although the report of it fails, and although nobody asked for one', async () => {
    const store = { findById: () => Promise.reject(new Error('a bug')) };
    const failingReport = createWorld({
      store,
      onFault: () => {
        throw new Error('the report failed');
      },
    });
    expect((await failingReport.call('/messages/x')).status).toBe(500);
  });

  test('does not report refusals', async () => {
    const world = createWorld();
    await world.call('/messages/x');
    await world.call('/nowhere');
    expect(world.faults).toEqual([]);
  });
});

describe('the time limit', () => {
  test('answers 503 after 30 s, and what was begun goes on', async () => {
    const gate = Promise.withResolvers<void>();
    const world = createWorld();
    const insert = world.repository.insert.bind(world.repository);
    world.repository.insert = async (messages) => {
      await gate.promise;
      return insert(messages);
    };
    await world.call('/healthz');
    const answering = world.post('/messages', { phoneNumber: PHONE, content: 'x' });
    await until(() => world.clock.sleepers === 1);
    await world.clock.advance(29_999);
    expect(world.clock.sleepers).toBe(1);
    await world.clock.advance(1);
    const answer = await answering;
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ code: 'request_timeout' });
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    gate.resolve();
    await until(async () => (await world.messages.counts()).unsent.count === 1);
  });

  test('counts the body that does not arrive', async () => {
    const world = createWorld({ limits: { requestTimeoutMs: 100 } });
    await world.call('/healthz');
    const answering = world.call('/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new ReadableStream({}),
      duplex: 'half',
    } as RequestInit);
    await until(() => world.clock.sleepers === 1);
    await world.clock.advance(100);
    expect((await answering).body).toMatchObject({ code: 'request_timeout' });
  });

  test('leaves no timer behind', async () => {
    const world = createWorld({ health: { store: { required: true, check: async () => ({ ok: true }) } } });
    await enqueued(world);
    await world.call('/readyz');
    await world.call('/processor');
    await world.call('/messages/none');
    expect(world.clock.sleepers).toBe(0);
  });
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('the condition did not come true within 5 s');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
