import { describe, expect, test } from 'vitest';
import { accepted, createWorld, enqueued, PHONE, settled } from './support/world.ts';

describe('POST /processor/start and /processor/stop', () => {
  test.each([
    ['start', '{"message":"message processor started"}'],
    ['stop', '{"message":"message processor stopped"}'],
  ])('%s answers 200 with exactly the bytes of the Go service, also repeated', async (action, bytes) => {
    const world = createWorld();
    for (const _ of [1, 2]) {
      const answer = await world.call(`/processor/${action}`, { method: 'POST' });
      expect(answer.status).toBe(200);
      expect(answer.text).toBe(bytes);
    }
    expect(world.dispatcher.calls).toEqual([action, action]);
  });

  test('looks at neither body nor query', async () => {
    const world = createWorld();
    const answer = await world.call('/processor/start?now=1', { method: 'POST', body: 'not JSON' });
    expect(answer.status).toBe(200);
  });

  test.each(['restart', 'START', 'start%20', '__proto__', '%ff'])('answers 400 for %s', async (action) => {
    const world = createWorld();
    const answer = await world.call(`/processor/${action}`, { method: 'POST' });
    expect(answer.status).toBe(400);
    expect(answer.text).toBe(`{"error":"invalid action, use 'start' or 'stop'","code":"invalid_action"}`);
    expect(world.dispatcher.calls).toEqual([]);
  });
});

describe('GET /processor/sent-messages', () => {
  test('answers a bare array of exactly the fields of the Go service in its order', async () => {
    const world = createWorld();
    const { id } = await settled(world, accepted('w-1'));
    const answer = await world.call('/processor/sent-messages');
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(
      `[{"id":"${id}","webhookMessageId":"w-1","phoneNumber":"${PHONE}","content":"Hello","status":"sent","sentAt":"2030-01-01T00:00:00Z"}]`,
    );
  });

  test.each([
    [123, '2030-01-01T00:00:00.123Z'],
    [120, '2030-01-01T00:00:00.12Z'],
    [10_000, '2030-01-01T00:00:10Z'],
  ])('writes sentAt as Go does, %i ms after a full minute', async (ms, sentAt) => {
    const world = createWorld();
    await world.clock.advance(ms);
    await settled(world, accepted());
    expect((await world.call('/processor/sent-messages')).body).toMatchObject([{ sentAt }]);
  });

  test('answers an empty webhookMessageId and a null sentAt where the store has none', async () => {
    const world = createWorld();
    const { id } = await settled(world, accepted(null));
    const stored = world.repository.read(id);
    if (stored === null) throw new Error('it is gone');
    world.repository.put({
      ...stored,
      message: { ...stored.message, sentAt: null, leasedUntil: null },
      lease: null,
    });
    expect((await world.call('/processor/sent-messages')).body).toMatchObject([
      { webhookMessageId: '', sentAt: null },
    ]);
  });

  test('answers the newest first, 10 by default', async () => {
    const world = createWorld();
    for (let index = 0; index < 11; index += 1) await settled(world, accepted(`w-${index}`));
    const answer = await world.call('/processor/sent-messages');
    expect(answer.body).toMatchObject(
      Array.from({ length: 10 }, (_, index) => ({ webhookMessageId: `w-${10 - index}` })),
    );
  });

  test.each([
    ['limit=1', 1],
    ['limit=1000', 2],
    ['limit=%2B1', 1],
    ['limit=001', 1],
    ['limit=1&limit=2', 1],
    ['page=3', 2],
    ['limit=', 2],
    ['limit', 2],
    ['limit=&limit=1', 2],
  ])('reads ?%s as the Go service does', async (query, length) => {
    const world = createWorld();
    await settled(world, accepted());
    await settled(world, accepted());
    expect((await world.call(`/processor/sent-messages?${query}`)).body).toHaveLength(length);
  });

  test.each(['0', '1001', '-1', '1.0', '1e2', 'ten', '%201', '0x10', '１'])(
    'answers 400 for limit=%s',
    async (limit) => {
      const answer = await createWorld().call(`/processor/sent-messages?limit=${limit}`);
      expect(answer.status).toBe(400);
      expect(answer.text).toBe('{"error":"invalid limit parameter","code":"invalid_limit"}');
    },
  );

  test('answers 404 when none is sent', async () => {
    const world = createWorld();
    await enqueued(world);
    const answer = await world.call('/processor/sent-messages');
    expect(answer.status).toBe(404);
    expect(answer.text).toBe('{"error":"no unsent messages found","code":"no_sent_messages"}');
  });
});

describe('the paths of the Go service', () => {
  test.each(['/processor/start/', '/Processor/start', '/PROCESSOR/start/'])(
    'POST %s starts',
    async (path) => {
      const world = createWorld();
      const answer = await world.app.request(path, { method: 'POST' });
      expect([answer.status, await answer.text()]).toEqual([200, '{"message":"message processor started"}']);
      expect(world.dispatcher.calls).toEqual(['start']);
    },
  );

  test.each(['/processor/sent-messages/', '/PROCESSOR/Sent-Messages', '/Processor/SENT-MESSAGES/?limit=1'])(
    'GET %s lists',
    async (path) => {
      const world = createWorld();
      await settled(world, accepted());
      const answer = await world.app.request(path);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toHaveLength(1);
    },
  );

  test('an action in another case is none, as in the Go service', async () => {
    const world = createWorld();
    for (const path of ['/processor/START', '/processor/Stop/', '/PROCESSOR/STOP']) {
      expect((await world.app.request(path, { method: 'POST' })).status).toBeGreaterThanOrEqual(400);
    }
    expect(world.dispatcher.calls).toEqual([]);
  });

  test.each([
    '/Processor/dispatch',
    '/processor/dispatch/',
    '/Messages',
    '/messages/',
    '/HEALTHZ',
    '/processor/',
  ])('no other route has them: %s', async (path) => {
    const world = createWorld();
    for (const method of ['GET', 'POST']) {
      expect((await world.app.request(path, { method })).status).toBe(404);
    }
  });

  test('they ask for the key as their routes do', async () => {
    const world = createWorld({ apiKeys: ['key'] });
    for (const path of ['/PROCESSOR/stop/', '/Processor/start']) {
      expect((await world.app.request(path, { method: 'POST' })).status).toBe(401);
    }
    expect((await world.app.request('/swagger/doc.json')).status).toBe(401);
    expect(world.dispatcher.calls).toEqual([]);
  });

  test('the description of the API is also where it was', async () => {
    const { app } = createWorld();
    const [old, own] = await Promise.all(
      ['/swagger/doc.json', '/openapi.json'].map(async (path) => (await app.request(path)).json()),
    );
    expect(old).toEqual(own);
    expect(old).toMatchObject({ openapi: '3.1.0', servers: [{ url: '/' }] });
  });
});
