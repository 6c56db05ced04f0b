import { Messages } from '@messaging-system/core';
import { InMemoryMessageRepository, ManualClock, SeededRandom } from '@messaging-system/core/in-memory';
import { describe, expect, test } from 'vitest';
import { createWorld, PHONE, START } from './support/world.ts';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const ACTIVE = '00-4bf92f3577b34da6a3ce929d0e0e4736-b7ad6b7169203331-01';
const MESSAGE = { phoneNumber: PHONE, content: 'Hello' };

describe('POST /messages with one message', () => {
  test('answers 201 with the stored message and where it is', async () => {
    const world = createWorld();
    const answer = await world.post('/messages', MESSAGE);
    const [stored] = (await world.repository.claimDue(claimAll())).map(({ message }) => message);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/messages/${stored?.id}`);
    expect(answer.body).toEqual({
      id: stored?.id,
      ...MESSAGE,
      status: 'unsent',
      webhookMessageId: null,
      sentAt: null,
      createdAt: '2030-01-01T00:00:00.000Z',
      sendAt: null,
      expiresAt: null,
      idempotencyKey: null,
      dueAt: '2030-01-01T00:00:00.000Z',
      availableAt: '2030-01-01T00:00:00.000Z',
      leasedUntil: null,
      settledAt: null,
      attempts: 0,
      lostLeases: 0,
      reason: null,
      history: [],
      traceparent: null,
    });
  });

  test('takes instants with any offset and answers them in UTC', async () => {
    const world = createWorld();
    const answer = await world.post('/messages', {
      ...MESSAGE,
      sendAt: '2030-06-01T15:00:00+03:00',
      expiresAt: '2030-06-02t00:00:00.5z',
    });
    expect(answer.body).toMatchObject({
      sendAt: '2030-06-01T12:00:00.000Z',
      availableAt: '2030-06-01T12:00:00.000Z',
      expiresAt: '2030-06-02T00:00:00.500Z',
    });
  });

  test('answers 200 and the stored message when the key and the body repeat', async () => {
    const world = createWorld();
    const first = await world.post('/messages', { ...MESSAGE, idempotencyKey: 'k' });
    const again = await world.post('/messages', { ...MESSAGE, idempotencyKey: 'k' });
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect((await world.messages.counts()).unsent.count).toBe(1);
  });

  test('answers 409 with the id of the message that holds the key', async () => {
    const world = createWorld();
    const first = await world.post('/messages', { ...MESSAGE, idempotencyKey: 'k' });
    const other = await world.post('/messages', { ...MESSAGE, content: 'Other', idempotencyKey: 'k' });
    expect(other.status).toBe(409);
    expect(other.body).toEqual({
      error: 'the idempotency key belongs to another message',
      code: 'idempotency_conflict',
      details: [{ id: first.headers.get('location')?.split('/').at(-1) }],
    });
  });

  test('keeps the trace of a traceparent header, and shows it', async () => {
    const world = createWorld();
    const answer = await world.post('/messages', MESSAGE, { traceparent: TRACEPARENT });
    expect(answer.body).toMatchObject({ traceparent: TRACEPARENT });
    const found = await world.call(answer.headers.get('location') ?? '');
    expect(found.body).toMatchObject({ traceparent: TRACEPARENT });
  });

  test.each(['none', '', `${TRACEPARENT}, ${TRACEPARENT}`])(
    'ignores the traceparent header %j, and takes the message',
    async (traceparent) => {
      const world = createWorld();
      const answer = await world.post('/messages', MESSAGE, { traceparent });
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({ traceparent: null });
    },
  );

  test('answers 200 to a repeat from another trace, and keeps the first', async () => {
    const world = createWorld();
    const keyed = { ...MESSAGE, idempotencyKey: 'k' };
    await world.post('/messages', keyed, { traceparent: TRACEPARENT });
    const again = await world.post('/messages', keyed, { traceparent: ACTIVE });
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({ traceparent: TRACEPARENT });
  });

  test('keeps the active span where requests are traced, and else the header', async () => {
    let active: string | null = ACTIVE;
    const world = createWorld({ traceContext: { current: () => active } });
    const inSpan = await world.post('/messages', MESSAGE, { traceparent: TRACEPARENT });
    expect(inSpan.body).toMatchObject({ traceparent: ACTIVE });
    active = null;
    const inNone = await world.post('/messages', MESSAGE, { traceparent: TRACEPARENT });
    expect(inNone.body).toMatchObject({ traceparent: TRACEPARENT });
  });

  test('leaves the trace to the use case where neither tells of one', async () => {
    const clock = new ManualClock(START);
    const repository = new InMemoryMessageRepository(new SeededRandom());
    const messages = new Messages({ repository, clock, traceContext: { current: () => ACTIVE } });
    const broken = (): never => {
      throw new Error('no tracer');
    };
    const world = createWorld({ messages, traceContext: { current: broken } });
    expect((await world.post('/messages', MESSAGE)).body).toMatchObject({ traceparent: ACTIVE });
  });

  test.each([
    ['bare', 'order-7'],
    ['quoted as in the draft', '"order-7"'],
  ])('takes the key of an Idempotency-Key header, %s', async (_, header) => {
    const world = createWorld();
    const answer = await world.post('/messages', MESSAGE, { 'idempotency-key': header });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ idempotencyKey: 'order-7' });
  });

  test('unescapes a quoted Idempotency-Key', async () => {
    const world = createWorld();
    const answer = await world.post('/messages', MESSAGE, { 'idempotency-key': '"a\\"b\\\\c"' });
    expect(answer.body).toMatchObject({ idempotencyKey: 'a"b\\c' });
  });

  test('takes an Idempotency-Key with a comma in quotes', async () => {
    const answer = await createWorld().post('/messages', MESSAGE, { 'idempotency-key': '"a, b"' });
    expect(answer.body).toMatchObject({ idempotencyKey: 'a, b' });
  });

  test('takes the key from both places when they agree', async () => {
    const world = createWorld();
    const body = { ...MESSAGE, idempotencyKey: 'k' };
    expect((await world.post('/messages', body, { 'idempotency-key': 'k' })).status).toBe(201);
    expect((await world.post('/messages', body)).status).toBe(200);
    expect((await world.post('/messages', MESSAGE, { 'idempotency-key': 'k' })).status).toBe(200);
  });

  test('answers 400 when the keys of header and body differ', async () => {
    const world = createWorld();
    const answer = await world.post(
      '/messages',
      { ...MESSAGE, idempotencyKey: 'one' },
      { 'idempotency-key': 'two' },
    );
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_request', details: [{ field: 'Idempotency-Key' }] });
    expect((await world.messages.counts()).unsent.count).toBe(0);
  });

  test.each([
    ['empty', ''],
    ['empty in quotes', '""'],
    ['beyond ASCII', 'caf\u00e9'],
    ['of 256 characters', 'k'.repeat(256)],
    ['given twice', 'k, k'],
    ['given twice, without a space', 'k,k'],
    ['given twice in quotes', '"k", "k"'],
  ])('answers 400 for an Idempotency-Key that is %s', async (_, header) => {
    const world = createWorld();
    const answer = await world.post('/messages', MESSAGE, { 'idempotency-key': header });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_request', details: [{ field: 'Idempotency-Key' }] });
  });

  test.each([
    ['no phone number', { content: 'Hello' }, 'phoneNumber', 'is required'],
    ['a phone number that is no text', { ...MESSAGE, phoneNumber: 90 }, 'phoneNumber', 'must be a string'],
    [
      'a phone number against the rule',
      { ...MESSAGE, phoneNumber: '0555' },
      'phoneNumber',
      'must be an international number',
    ],
    ['no content', { phoneNumber: PHONE }, 'content', 'is required'],
    ['empty content', { ...MESSAGE, content: '' }, 'content', 'must have 1 to 500 characters'],
    ['content that is too long', { ...MESSAGE, content: 'x'.repeat(501) }, 'content', 'must have 1 to 500'],
    ['half a surrogate pair', { ...MESSAGE, content: '\ud83d' }, 'content', 'must be well-formed Unicode'],
    ['an empty key', { ...MESSAGE, idempotencyKey: '' }, 'idempotencyKey', 'must have 1 to 255'],
    ['an instant without offset', { ...MESSAGE, sendAt: '2030-01-01T00:00:00' }, 'sendAt', 'RFC 3339'],
    ['an instant that is a number', { ...MESSAGE, sendAt: START }, 'sendAt', 'RFC 3339'],
    ['30 February', { ...MESSAGE, expiresAt: '2030-02-30T00:00:00Z' }, 'expiresAt', 'RFC 3339'],
    ['an expiry that is over', { ...MESSAGE, expiresAt: '2029-12-31T23:59:59Z' }, 'expiresAt', 'later than'],
    ['a sendAt before 1970', { ...MESSAGE, sendAt: '1969-12-31T23:59:59Z' }, 'sendAt', 'must be an instant'],
    ['an unknown field', { ...MESSAGE, to: PHONE }, 'to', 'is not a known field'],
  ])('answers 400 naming the field for %s', async (_, body, field, problem) => {
    const world = createWorld();
    const answer = await world.post('/messages', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: expect.stringContaining(`${field} `),
      code: 'invalid_request',
      details: [{ field, problem: expect.stringContaining(problem) }],
    });
    expect((await world.messages.counts()).unsent.count).toBe(0);
  });

  test.each([['null'], ['"text"'], ['7'], ['true']])('answers 400 for the JSON value %s', async (text) => {
    const world = createWorld();
    const answer = await world.call('/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: text,
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      code: 'invalid_request',
      details: [{ problem: 'must be an object' }],
    });
  });

  test('refuses a field of the name __proto__ by its name', async () => {
    const world = createWorld();
    const answer = await world.call('/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"phoneNumber":"${PHONE}","content":"x","__proto__":{"idempotencyKey":"k"}}`,
    });
    expect(answer.body).toMatchObject({ details: [{ field: '__proto__', problem: 'is not a known field' }] });
  });

  test('names a long unknown field as far as its last whole character', async () => {
    const family = '👩‍👩‍👧‍👦';
    const { body } = await createWorld().post('/messages', { ...MESSAGE, [`${'x'.repeat(95)}${family}`]: 1 });
    expect(body).toMatchObject({ details: [{ field: `${'x'.repeat(95)}…` }] });
  });

  test('cuts the name of an unknown field short', async () => {
    const world = createWorld();
    const answer = await world.post('/messages', { ...MESSAGE, ['x'.repeat(10_000)]: 1 });
    expect(answer.text.length).toBeLessThan(500);
  });

  test('counts content in characters, not in UTF-16 units', async () => {
    const world = createWorld();
    expect((await world.post('/messages', { ...MESSAGE, content: '\u{1F600}'.repeat(500) })).status).toBe(
      201,
    );
  });

  test('refuses by the rules that it is given', async () => {
    const world = createWorld({ rules: { phonePattern: /^0\d{9}$/g, maxContentLength: 3 } });
    const answer = await world.post('/messages', { phoneNumber: PHONE, content: 'long' });
    expect(answer.body).toMatchObject({ details: [{ field: 'phoneNumber' }, { field: 'content' }] });
  });

  test('answers 400 for any query parameter, by its name', async () => {
    const world = createWorld();
    const answer = await world.post('/messages?dryRun=true', MESSAGE);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      details: [{ field: 'dryRun', problem: 'is not a known parameter' }],
    });
  });
});

function claimAll() {
  return { now: START, leasedUntil: START + 1, leaseToken: 't', journals: false, limit: 10 };
}
