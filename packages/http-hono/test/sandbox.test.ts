import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ManualClock } from '@messaging-system/core/in-memory';
import { describe, expect, test } from 'vitest';
import { SandboxReceiver, type SandboxReceiverOptions } from '../src/index.ts';
import { createWorld, START } from './support/world.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function receiver(options: Partial<SandboxReceiverOptions> = {}): SandboxReceiver {
  return new SandboxReceiver({ clock: new ManualClock(START), ...options });
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

describe('the sandbox', () => {
  test('accepts a delivery and shows it with its headers', async () => {
    const world = createWorld({ sandbox: receiver() });
    const taken = await world.post(
      '/sandbox/webhook?from=test',
      { to: '+90', content: 'Hello' },
      { 'webhook-id': 'm-1' },
    );
    expect(taken.status).toBe(202);
    expect(taken.body).toEqual({ message: 'Accepted', messageId: expect.stringMatching(UUID) });
    const shown = await world.call('/sandbox/deliveries');
    expect(shown.body).toEqual({
      items: [
        {
          messageId: (taken.body as { messageId: string }).messageId,
          receivedAt: '2030-01-01T00:00:00.000Z',
          headers: { 'content-type': 'application/json', 'webhook-id': 'm-1' },
          body: { to: '+90', content: 'Hello' },
        },
      ],
      received: 1,
    });
  });

  test('shows the newest first, 50 unless asked otherwise', async () => {
    const sandbox = receiver();
    const world = createWorld({ sandbox });
    for (let index = 0; index < 60; index += 1) sandbox.accept(new Headers(), `${index}`);
    expect((await world.call('/sandbox/deliveries')).body).toHaveProperty('items.length', 50);
    expect((await world.call('/sandbox/deliveries?limit=2')).body).toMatchObject({
      items: [{ body: 59 }, { body: 58 }],
      received: 60,
    });
  });

  test.each(['limit=0', 'limit=x', 'status=sent'])('answers 400 for ?%s', async (query) => {
    const world = createWorld({ sandbox: receiver() });
    expect((await world.call(`/sandbox/deliveries?${query}`)).status).toBe(400);
  });

  test('hides the API key and nothing else', async () => {
    const sandbox = receiver();
    sandbox.accept(new Headers({ 'X-Ins-Auth-Key': 'secret', authorization: 'Basic x' }), '');
    expect(sandbox.latest(1)[0]?.headers).toEqual({ 'x-ins-auth-key': '***', authorization: 'Basic x' });
  });

  test('hides the key in the header of its option', () => {
    const sandbox = receiver({ apiKeyHeader: 'X-Key' });
    sandbox.accept(new Headers({ 'x-key': 'secret' }), '');
    expect(sandbox.latest(1)[0]?.headers).toEqual({ 'x-key': '***' });
  });

  test.each([
    ['text', 'plain text', 'plain text'],
    ['nothing', '', ''],
    ['broken JSON', '{"to":', '{"to":'],
    ['bytes that are not UTF-8', Uint8Array.of(0x61, 0xff), 'a\ufffd'],
    ['JSON that nests too deep', nested(101), nested(101)],
    ['JSON that nests far too deep', nested(200_000), nested(200_000)],
    ['JSON that nests deep', nested(99), JSON.parse(nested(99))],
  ])('accepts %s', async (_, body, shown) => {
    const world = createWorld({ sandbox: receiver() });
    expect((await world.call('/sandbox/webhook', { method: 'POST', body })).status).toBe(202);
    expect((await world.call('/sandbox/deliveries')).body).toMatchObject({ items: [{ body: shown }] });
  });

  test('refuses a body beyond the limit', async () => {
    const world = createWorld({ sandbox: receiver(), limits: { maxBodyBytes: 5 } });
    const answer = await world.call('/sandbox/webhook', { method: 'POST', body: '123456' });
    expect(answer.status).toBe(413);
  });
});

describe('a sandbox with a token', () => {
  const sandboxed = () => createWorld({ apiKeys: ['k'], sandbox: receiver({ token: 'right' }) });

  test('accepts deliveries that have it, without an API key', async () => {
    expect((await sandboxed().post('/sandbox/webhook?token=right', {})).status).toBe(202);
  });

  test.each(['', '?token=', '?token=wrong', '?Token=right'])('answers 401 to "%s"', async (query) => {
    expect((await sandboxed().post(`/sandbox/webhook${query}`, {})).status).toBe(401);
  });

  test('reads nothing of the body of anybody else', async () => {
    const body = new ReadableStream({ pull: () => new Promise(() => {}) }, { highWaterMark: 0 });
    const request = new Request('http://localhost/sandbox/webhook', { method: 'POST', body, duplex: 'half' });
    expect((await sandboxed().app.request(request)).status).toBe(401);
  });
});

describe('SandboxReceiver', () => {
  test('forgets the oldest beyond its number, and counts them', () => {
    const sandbox = receiver({ maxDeliveries: 3 });
    for (const text of ['1', '2', '3', '4', '5']) sandbox.accept(new Headers(), text);
    expect(sandbox.latest(10).map(({ body }) => body)).toEqual([5, 4, 3]);
    expect(sandbox.received).toBe(5);
  });

  test('forgets the oldest beyond its room', () => {
    const sandbox = receiver({ maxTextLength: 25 });
    for (const letter of ['a', 'b', 'c']) sandbox.accept(new Headers(), letter.repeat(10));
    expect(sandbox.latest(10).map(({ body }) => body)).toEqual(['c'.repeat(10), 'b'.repeat(10)]);
  });

  test('keeps nothing of what is larger than its room', () => {
    const sandbox = receiver({ maxTextLength: 5 });
    sandbox.accept(new Headers(), 'much too long');
    expect(sandbox.latest(10)).toEqual([]);
    expect(sandbox.received).toBe(1);
  });

  test('does not unfold what it keeps: a megabyte of empty objects stays a megabyte', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const sandbox = receiver();
    const body = (n: number): string => `[${n}${',{}'.repeat(333_333)}]`;
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 8; n += 1) sandbox.accept(new Headers(), body(n));
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(24 * 1_048_576);
    expect(sandbox.latest(8)).toHaveLength(8);
  });

  test('gives every delivery an id of its own', () => {
    const sandbox = receiver();
    const ids = Array.from({ length: 100 }, () => sandbox.accept(new Headers(), ''));
    expect(new Set(ids).size).toBe(100);
  });
});
