import type { Metadata } from '@messaging-system/core/adapter';
import { describe, expect, test } from 'vitest';
import { MessagingClient } from '../src/client/index.ts';
import { createWorld, enqueued, PHONE, settled } from './support/world.ts';

const MESSAGE = { phoneNumber: PHONE, content: 'Hello' };
const METADATA = { order: '17', constructor: '<b>', ['__proto__']: '{env.KEY}' };

describe('metadata of a message', () => {
  test('is stored, and answered by every route', async () => {
    const world = createWorld();
    const stored = await world.post('/messages', { ...MESSAGE, metadata: METADATA });
    expect(stored.status).toBe(201);
    const { id } = stored.body as { readonly id: string };
    expect(Object.entries((await world.messages.find(id))?.metadata ?? {})).toEqual(Object.entries(METADATA));
    for (const path of [`/messages/${id}`, '/messages']) {
      const { text } = await world.call(path);
      expect(text).toContain(`"metadata":${JSON.stringify(METADATA)}`);
    }
    const [one] = (await world.post('/messages', [{ ...MESSAGE, metadata: { order: '18' } }]))
      .body as unknown[];
    expect(one).toMatchObject({ metadata: { order: '18' } });
  });

  test('is absent from a message that was given none, or an empty one', async () => {
    const world = createWorld();
    for (const given of [{}, { metadata: {} }]) {
      expect((await world.post('/messages', { ...MESSAGE, ...given })).body).not.toHaveProperty('metadata');
    }
    expect((await world.call('/messages')).text).not.toContain('metadata');
  });

  test('makes another message of a repeated key', async () => {
    const world = createWorld();
    const asked = { ...MESSAGE, idempotencyKey: 'k', metadata: { a: '1', b: '2' } };
    await world.post('/messages', asked);
    expect((await world.post('/messages', { ...asked, metadata: { b: '2', a: '1' } })).status).toBe(200);
    for (const metadata of [{}, { a: '1' }, { a: '1', b: '3' }]) {
      const { status, body } = await world.post('/messages', { ...asked, metadata });
      expect([status, body]).toMatchObject([409, { code: 'idempotency_conflict' }]);
    }
  });

  test.for<[unknown, readonly object[]]>([
    [{ 'order.id': '17' }, [{ field: 'metadata', problem: expect.stringContaining('"order.id" is not') }]],
    [{ order: 17 }, [{ field: 'metadata.order', problem: 'must be a string' }]],
    [
      { a: 'x'.repeat(257), b: null },
      [
        { field: 'metadata.a', problem: 'must have at most 256 characters' },
        { field: 'metadata.b', problem: 'must be a string' },
      ],
    ],
    [
      Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`n${index}`, ''])),
      [{ field: 'metadata', problem: 'must have at most 16 entries, has 17' }],
    ],
    [['order'], [{ field: 'metadata', problem: 'must be an object of texts' }]],
    [null, [{ field: 'metadata', problem: 'must be an object of texts' }]],
    ['order=17', [{ field: 'metadata', problem: 'must be an object of texts' }]],
  ])('is refused as %j, by field', async ([metadata, problems]) => {
    const world = createWorld();
    const one = await world.post('/messages', { ...MESSAGE, metadata });
    expect([one.status, one.body]).toEqual([
      400,
      { error: expect.any(String), code: 'invalid_request', details: problems },
    ]);
    const many = await world.post('/messages', [MESSAGE, { ...MESSAGE, metadata }]);
    expect(many.body).toMatchObject({ details: problems.map((problem) => ({ index: 1, ...problem })) });
    expect((await world.messages.counts()).unsent.count).toBe(0);
  });

  test('is documented with its limits', async () => {
    const { body } = await createWorld().call('/openapi.json');
    expect(body).toMatchObject({
      components: {
        schemas: {
          NewMessage: {
            properties: {
              metadata: {
                type: 'object',
                maxProperties: 16,
                propertyNames: { pattern: '^[a-zA-Z0-9_-]{1,64}$' },
                additionalProperties: { type: 'string', maxLength: 256 },
              },
            },
          },
          Message: {
            properties: { metadata: { type: 'object' } },
            required: expect.not.arrayContaining(['metadata']),
          },
        },
      },
    });
  });

  test('is taken and given by the client', async () => {
    const world = createWorld();
    const client = new MessagingClient({
      url: 'http://localhost',
      fetch: async (input, init) => world.app.request(String(input), init),
    });
    const metadata: Metadata = { order: '17' };
    const { id } = await client.enqueue({ ...MESSAGE, metadata });
    expect((await client.find(id))?.metadata).toEqual(metadata);
  });
});

describe('what the receiver answered', () => {
  const response = { status: 422, headers: { 'content-type': 'text/plain' }, body: 'no such number' };
  const attempt = {
    attempt: 1,
    startedAt: 0,
    durationMs: 5,
    outcome: 'permanent',
    reason: 'http_422',
  } as const;

  test('is shown with the attempt, and absent from an attempt that has none', async () => {
    const world = createWorld();
    const failed = { kind: 'deadLetter', reason: 'http_422' } as const;
    const settling = (made: object) => (id: string, settledAt: number) => ({
      ...failed,
      id,
      settledAt,
      attempt: { ...attempt, ...made },
    });
    const kept = await settled(world, settling({ response }));
    expect((await world.call(`/messages/${kept.id}`)).body).toMatchObject({ history: [{ response }] });
    const plain = await settled(world, settling({}));
    expect((await world.call(`/messages/${plain.id}`)).text).not.toContain('response');
  });

  test('does not get into events', async () => {
    const { eventJson } = await import('../src/events/event-json.ts');
    const world = createWorld();
    const message = await enqueued(world, { metadata: { secret: 'of the caller' } });
    const events = [
      { type: 'attempt.finished', outcome: { kind: 'permanent', reason: 'http_422', response }, attempt: 1 },
      {
        type: 'message.settled',
        settlement: {
          kind: 'deadLetter',
          id: message.id,
          reason: 'x',
          settledAt: 0,
          attempt: { ...attempt, response },
        },
        recalled: false,
      },
    ] as const;
    for (const event of events) {
      const json = JSON.stringify(eventJson({ ...event, at: 0, message, durationMs: 5 } as never));
      expect(json).not.toMatch(/no such number|of the caller/);
    }
  });
});
