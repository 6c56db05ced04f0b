import { describe, expect, test } from 'vitest';
import { createWorld, PHONE } from './support/world.ts';

const MESSAGE = { phoneNumber: PHONE, content: 'Hello' };

describe('POST /messages with an array', () => {
  test('answers 201 with the messages in their order', async () => {
    const world = createWorld();
    const answer = await world.post('/messages', [
      { ...MESSAGE, content: 'one' },
      { ...MESSAGE, content: 'two' },
      { ...MESSAGE, content: 'three' },
    ]);
    expect(answer.status).toBe(201);
    expect(answer.headers.has('location')).toBe(false);
    expect(answer.body).toMatchObject([{ content: 'one' }, { content: 'two' }, { content: 'three' }]);
  });

  test('takes 1000 messages', async () => {
    const world = createWorld();
    const answer = await world.post(
      '/messages',
      Array.from({ length: 1000 }, () => MESSAGE),
    );
    expect(answer.status).toBe(201);
    expect((await world.messages.counts()).unsent.count).toBe(1000);
  });

  test('answers 413 for 1001 messages and stores none', async () => {
    const world = createWorld();
    const answer = await world.post(
      '/messages',
      Array.from({ length: 1001 }, () => MESSAGE),
    );
    expect(answer.status).toBe(413);
    expect(answer.body).toEqual({
      error: 'one call takes at most 1000 messages, not 1001',
      code: 'too_many_messages',
    });
    expect((await world.messages.counts()).unsent.count).toBe(0);
  });

  test('answers 400 for an empty array', async () => {
    const world = createWorld();
    const answer = await world.post('/messages', []);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ details: [{ problem: 'must have at least one message' }] });
  });

  test('names every invalid message by its index and stores nothing', async () => {
    const world = createWorld();
    const answer = await world.post('/messages', [
      MESSAGE,
      { phoneNumber: 'nobody', content: 'x' },
      { phoneNumber: PHONE },
      7,
      { ...MESSAGE, sendAt: 'tomorrow', urgent: true },
    ]);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      error: expect.stringMatching(/^\[1\] phoneNumber .* \(and 4 more\)$/),
      code: 'invalid_request',
      details: [
        { index: 1, field: 'phoneNumber' },
        { index: 2, field: 'content', problem: 'is required' },
        { index: 3, problem: 'must be an object' },
        { index: 4, field: 'sendAt' },
        { index: 4, field: 'urgent', problem: 'is not a known field' },
      ],
    });
    expect((await world.messages.counts()).unsent.count).toBe(0);
  });

  test('names by index what only the domain can see', async () => {
    const world = createWorld();
    const answer = await world.post('/messages', [
      { ...MESSAGE, idempotencyKey: 'k' },
      { ...MESSAGE, content: 'Other', idempotencyKey: 'k' },
    ]);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ details: [{ index: 1, field: 'idempotencyKey' }] });
  });

  test('answers the stored message for a key that repeats, and 201', async () => {
    const world = createWorld();
    const first = await world.post('/messages', { ...MESSAGE, idempotencyKey: 'k' });
    const answer = await world.post('/messages', [MESSAGE, { ...MESSAGE, idempotencyKey: 'k' }]);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual([expect.anything(), first.body]);
  });

  test('answers 409 naming each conflict by its index and stores nothing', async () => {
    const world = createWorld();
    const first = await world.messages.enqueue({ ...MESSAGE, idempotencyKey: 'k' });
    const answer = await world.post('/messages', [
      MESSAGE,
      { ...MESSAGE, content: 'x', idempotencyKey: 'k' },
    ]);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      code: 'idempotency_conflict',
      details: [{ index: 1, id: first.kind === 'stored' ? first.message.id : 'none' }],
    });
    expect((await world.messages.counts()).unsent.count).toBe(1);
  });

  test('keeps the trace of the request with each message', async () => {
    const world = createWorld();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const message = { phoneNumber: PHONE, content: 'Hello' };
    const answer = await world.post('/messages', [message, message], { traceparent });
    expect(answer.body).toMatchObject([{ traceparent }, { traceparent }]);
  });

  test('answers 400 for an Idempotency-Key header', async () => {
    const world = createWorld();
    const answer = await world.post('/messages', [MESSAGE], { 'idempotency-key': 'k' });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ details: [{ field: 'Idempotency-Key' }] });
  });
});
