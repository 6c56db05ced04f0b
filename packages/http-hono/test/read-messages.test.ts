import { describe, expect, test } from 'vitest';
import { accepted, createWorld, enqueued, givenUp, leased, PHONE, settled } from './support/world.ts';

const OTHER = '+905550000000';

describe('GET /messages', () => {
  test('answers an empty page when there is nothing', async () => {
    const answer = await createWorld().call('/messages');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ items: [], nextCursor: null });
  });

  test('answers the newest first, 50 at a time by default', async () => {
    const world = createWorld();
    for (let index = 0; index < 51; index += 1) await enqueued(world, { content: `${index}` });
    const answer = await world.call('/messages');
    expect(answer.body).toMatchObject({ nextCursor: expect.any(String) });
    expect(contents(answer.body)).toEqual(Array.from({ length: 50 }, (_, index) => `${50 - index}`));
  });

  test('goes on at the cursor until there is no more', async () => {
    const world = createWorld();
    for (const content of ['a', 'b', 'c']) await enqueued(world, { content });
    const first = await world.call('/messages?limit=2');
    const second = await world.call(`/messages?limit=2&cursor=${cursorOf(first.body)}`);
    expect(contents(first.body)).toEqual(['c', 'b']);
    expect(contents(second.body)).toEqual(['a']);
    expect(cursorOf(second.body)).toBeNull();
  });

  test('filters by status', async () => {
    const world = createWorld();
    await settled(world, accepted());
    await enqueued(world, { content: 'still there' });
    expect(contents((await world.call('/messages?status=unsent')).body)).toEqual(['still there']);
    expect(contents((await world.call('/messages?status=sent')).body)).toEqual(['Hello']);
    expect(contents((await world.call('/messages?status=failed')).body)).toEqual([]);
  });

  test.each([
    ['escaped', encodeURIComponent(PHONE)],
    ['with a bare plus', PHONE],
  ])('filters by phone number, %s', async (_, phoneNumber) => {
    const world = createWorld();
    await enqueued(world, { content: 'ours' });
    await enqueued(world, { phoneNumber: OTHER });
    expect(contents((await world.call(`/messages?phoneNumber=${phoneNumber}`)).body)).toEqual(['ours']);
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=', 'limit'],
    ['status=lost', 'status'],
    ['status=', 'status'],
    ['page=2', 'page'],
    ['limit=1&limit=2', 'limit'],
    ['__proto__=1', '__proto__'],
  ])('answers 400 naming the parameter for ?%s', async (query, field) => {
    const answer = await createWorld().call(`/messages?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_request', details: [{ field }] });
  });

  test('answers 400 for a cursor of somebody else', async () => {
    const answer = await createWorld().call('/messages?cursor=page-2');
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: 'unknown cursor; use `nextCursor` of an earlier page',
      code: 'invalid_cursor',
    });
  });

  test('does not stumble over broken percent encoding', async () => {
    expect((await createWorld().call('/messages?phoneNumber=%ff%')).status).toBe(200);
  });
});

describe('GET /messages/:id', () => {
  test('answers the message with its attempts', async () => {
    const world = createWorld();
    const { id } = await settled(world, accepted('w-7'));
    const answer = await world.call(`/messages/${id}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      id,
      status: 'sent',
      webhookMessageId: 'w-7',
      sentAt: '2030-01-01T00:00:00.000Z',
      settledAt: '2030-01-01T00:00:00.000Z',
      attempts: 1,
      history: [
        {
          attempt: 1,
          startedAt: '2029-12-31T23:59:59.750Z',
          durationMs: 250,
          outcome: 'accepted',
          reason: null,
        },
      ],
    });
  });

  test('answers why a message failed', async () => {
    const world = createWorld();
    const { id } = await settled(world, givenUp);
    expect((await world.call(`/messages/${id}`)).body).toMatchObject({
      status: 'failed',
      reason: 'http_400',
      history: [{ outcome: 'permanent', reason: 'http_400' }],
    });
  });

  test('shows until when a message is leased, and not by which token', async () => {
    const world = createWorld();
    const { id } = await enqueued(world);
    await leased(world);
    const answer = await world.call(`/messages/${id}`);
    expect(answer.body).toMatchObject({ status: 'unsent', leasedUntil: '2030-01-01T00:01:00.000Z' });
    expect(answer.text).not.toContain('token');
  });

  test('answers null for an instant that no RFC 3339 text can name', async () => {
    const world = createWorld();
    const { id } = await enqueued(world);
    const stored = world.repository.read(id);
    if (stored === null) throw new Error('it is gone');
    const message = { ...stored.message, sentAt: 8.64e15, createdAt: Number.NaN, leasedUntil: null };
    world.repository.put({ ...stored, message, lease: null });
    expect((await world.call(`/messages/${id}`)).body).toMatchObject({ sentAt: null, createdAt: null });
  });

  test.each(['unknown', '000000000000000000000000', 'a%2Fb', '%F0%9F%98%80', '%ff', '..%2f..'])(
    'answers 404 for the id %s',
    async (id) => {
      const answer = await createWorld().call(`/messages/${id}`);
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual({ error: 'no such message', code: 'message_not_found' });
    },
  );

  test('answers 400 for any query parameter', async () => {
    const world = createWorld();
    const { id } = await enqueued(world);
    expect((await world.call(`/messages/${id}?fields=id`)).status).toBe(400);
  });
});

function page(body: unknown): { items: readonly { content: string }[]; nextCursor: string | null } {
  // The answer was held against its schema before it came here.
  return body as ReturnType<typeof page>;
}

function contents(body: unknown): readonly string[] {
  return page(body).items.map((item) => item.content);
}

function cursorOf(body: unknown): string | null {
  return page(body).nextCursor;
}
