import { describe, expect, test } from 'vitest';
import { InMemoryMessageRepository, ManualClock, SeededRandom } from '../src/in-memory/index.ts';
import { BrokenAdapterError, Messages } from '../src/index.ts';
import { MINUTE, SECOND, T0 } from './support/builders.ts';
import { EventLog } from './support/event-log.ts';

interface Desk {
  readonly messages: Messages;
  readonly repository: InMemoryMessageRepository;
  readonly clock: ManualClock;
  readonly log: EventLog;
}

function aDesk(): Desk {
  const clock = new ManualClock();
  const repository = new InMemoryMessageRepository(new SeededRandom());
  const log = new EventLog();
  return { clock, repository, log, messages: new Messages({ repository, clock, observer: log }) };
}

const request = { phoneNumber: '+905551111111', content: 'hello' };
const otherRequest = { ...request, content: 'bye' };

describe('enqueue', () => {
  test('stores a message that is due at once, or when it asks to be', async () => {
    const { messages } = aDesk();
    expect(await messages.enqueue(request)).toMatchObject({
      kind: 'stored',
      message: {
        ...request,
        status: 'unsent',
        createdAt: T0,
        availableAt: T0,
        idempotencyKey: null,
        expiresAt: null,
      },
    });
    expect(
      await messages.enqueue({ ...request, sendAt: T0 + MINUTE, expiresAt: T0 + 2 * MINUTE }),
    ).toMatchObject({
      message: { sendAt: T0 + MINUTE, availableAt: T0 + MINUTE, expiresAt: T0 + 2 * MINUTE },
    });
  });

  test('with the same key again gives the stored one as it is now, and stores nothing', async () => {
    const { messages, repository } = aDesk();
    const first = await messages.enqueue({ ...request, idempotencyKey: 'k' });
    if (first.kind !== 'stored') throw new Error(first.kind);
    await messages.cancel([first.message.id]);
    expect(await messages.enqueue({ ...request, idempotencyKey: 'k' })).toMatchObject({
      kind: 'existing',
      message: { id: first.message.id, status: 'cancelled' },
    });
    expect((await repository.counts()).unsent.count).toBe(0);
  });

  test('with the same key and another request gives the one that holds it', async () => {
    const { messages } = aDesk();
    const first = await messages.enqueue({ ...request, idempotencyKey: 'k' });
    expect(first.kind).toBe('stored');
    expect(await messages.enqueue({ ...otherRequest, idempotencyKey: 'k' })).toMatchObject({
      kind: 'conflict',
      message: request,
    });
  });

  test('of twenty callers that race with one key exactly one stores', async () => {
    const { messages } = aDesk();
    const results = await Promise.all(
      Array.from({ length: 20 }, () => messages.enqueue({ ...request, idempotencyKey: 'k' })),
    );
    expect(results.filter((result) => result.kind === 'stored')).toHaveLength(1);
    expect(results.filter((result) => result.kind === 'existing')).toHaveLength(19);
  });

  test('tells what it stored, and nothing when it stored nothing', async () => {
    const { messages, log } = aDesk();
    const first = await messages.enqueue({ ...request, idempotencyKey: 'k' });
    await messages.enqueue({ ...request, idempotencyKey: 'k' });
    if (first.kind !== 'stored') throw new Error(first.kind);
    expect(log.events).toEqual([{ type: 'messages.enqueued', at: T0, count: 1, ids: [first.message.id] }]);
  });

  test('refuses a repository that reports nothing for what it was given', async () => {
    const { messages, repository } = aDesk();
    repository.insert = async () => ({ kind: 'inserted', items: [] });
    await expect(messages.enqueue(request)).rejects.toThrow(BrokenAdapterError);
    repository.insert = async () => ({ kind: 'conflict', conflicts: [] });
    await expect(messages.enqueue(request)).rejects.toThrow(BrokenAdapterError);
  });
});

describe('the trace of a message', () => {
  const ACTIVE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const GIVEN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  function aTracedDesk(current: () => string | null): Desk {
    const desk = aDesk();
    return { ...desk, messages: new Messages({ ...desk, traceContext: { current } }) };
  }

  async function storedOf(
    { messages }: Desk,
    traceparent?: { readonly traceparent: string | null },
  ): Promise<string | null> {
    const result = await messages.enqueue({ ...request, ...traceparent });
    if (result.kind !== 'stored') throw new Error(result.kind);
    return (await messages.find(result.message.id))?.traceparent ?? null;
  }

  test('is the one that the request names', async () => {
    expect(await storedOf(aDesk(), { traceparent: GIVEN })).toBe(GIVEN);
    expect(await storedOf(aDesk())).toBe(null);
  });

  test('is the active one where the request names none, and none where it says so', async () => {
    const desk = aTracedDesk(() => ACTIVE);
    expect(await storedOf(desk)).toBe(ACTIVE);
    expect(await storedOf(desk, { traceparent: GIVEN })).toBe(GIVEN);
    expect(await storedOf(desk, { traceparent: null })).toBe(null);
  });

  test('is the active one of the call for each of many', async () => {
    const desk = aTracedDesk(() => ACTIVE);
    const result = await desk.messages.enqueueMany([request, { ...otherRequest, traceparent: GIVEN }]);
    if (result.kind !== 'enqueued') throw new Error(result.kind);
    expect(result.items.map(({ message }) => message.traceparent)).toEqual([ACTIVE, GIVEN]);
  });

  test('is none where it is invalid, or where asking for the active one throws', async () => {
    expect(await storedOf(aDesk(), { traceparent: 'none' })).toBe(null);
    expect(await storedOf(aTracedDesk(() => 'none'))).toBe(null);
    const broken = aTracedDesk(() => {
      throw new Error('no tracer');
    });
    expect(await storedOf(broken)).toBe(null);
  });

  test('is that of the first of the requests that share a key', async () => {
    const { messages } = aDesk();
    const keyed = { ...request, idempotencyKey: 'k', traceparent: GIVEN };
    await messages.enqueueMany([keyed, { ...keyed, traceparent: ACTIVE }]);
    expect(await messages.enqueue({ ...keyed, traceparent: null })).toMatchObject({
      kind: 'existing',
      message: { traceparent: GIVEN },
    });
  });
});

describe('enqueueMany', () => {
  test('stores in order, and nothing for nothing', async () => {
    const { messages, log } = aDesk();
    const result = await messages.enqueueMany([request, otherRequest]);
    if (result.kind !== 'enqueued') throw new Error(result.kind);
    expect(result.items.map((item) => item.message.content)).toEqual(['hello', 'bye']);
    expect(await messages.enqueueMany([])).toEqual({ kind: 'enqueued', items: [] });
    expect(log.events).toHaveLength(1);
  });

  test('names every problem of every request by its index, and stores nothing', async () => {
    const { messages, repository } = aDesk();
    const result = await messages.enqueueMany([
      request,
      { phoneNumber: 'x', content: '' },
      { ...request, idempotencyKey: '' },
      { ...request, idempotencyKey: 'k'.repeat(256) },
      { ...request, sendAt: 1.5, expiresAt: Number.NaN },
      { ...request, sendAt: -1 },
      { ...request, idempotencyKey: 'k' },
      { ...otherRequest, idempotencyKey: 'k' },
    ]);
    if (result.kind !== 'invalid') throw new Error(result.kind);
    expect(result.problems.map(({ index, field }) => `${index} ${field}`)).toEqual([
      '1 phoneNumber',
      '1 content',
      '2 idempotencyKey',
      '3 idempotencyKey',
      '4 sendAt',
      '4 expiresAt',
      '5 sendAt',
      '7 idempotencyKey',
    ]);
    expect((await repository.counts()).unsent.count).toBe(0);
  });

  test.for<[string, number, number | undefined]>([
    ['now', T0, undefined],
    ['the past', T0 - SECOND, undefined],
    ['sendAt', T0 + SECOND, T0 + SECOND],
    ['before sendAt', T0 + SECOND, T0 + MINUTE],
  ])('refuses to let a message expire at %s', async ([, expiresAt, sendAt]) => {
    const { messages } = aDesk();
    const result = await messages.enqueue({
      ...request,
      expiresAt,
      ...(sendAt === undefined ? {} : { sendAt }),
    });
    expect(result).toMatchObject({ kind: 'invalid', problems: [{ index: 0, field: 'expiresAt' }] });
  });

  test('takes a sendAt in the past for at once', async () => {
    const { messages } = aDesk();
    expect(
      await messages.enqueue({ ...request, sendAt: Date.UTC(2001, 0, 1), expiresAt: T0 + 1 }),
    ).toMatchObject({
      kind: 'stored',
    });
  });

  test('stores a request whose key is repeated in the call once, and gives it to each', async () => {
    const { messages, repository } = aDesk();
    const keyed = { ...request, idempotencyKey: 'k' };
    const result = await messages.enqueueMany([keyed, otherRequest, keyed, keyed]);
    if (result.kind !== 'enqueued') throw new Error(result.kind);
    expect(result.items.map((item) => item.kind)).toEqual(['stored', 'stored', 'existing', 'existing']);
    const [first, , third, fourth] = result.items;
    expect([third?.message.id, fourth?.message.id]).toEqual([first?.message.id, first?.message.id]);
    expect((await repository.counts()).unsent.count).toBe(2);
  });

  test('gives existing to every request of the call when its key is held from before', async () => {
    const { messages } = aDesk();
    const keyed = { ...request, idempotencyKey: 'k' };
    await messages.enqueue(keyed);
    expect(await messages.enqueueMany([keyed, keyed])).toMatchObject({
      items: [{ kind: 'existing' }, { kind: 'existing' }],
    });
  });

  test('names a conflict by the caller’s own index, also behind repeated keys, and stores nothing', async () => {
    const { messages, repository } = aDesk();
    await messages.enqueue({ ...request, idempotencyKey: 'held' });
    const keyed = { ...request, idempotencyKey: 'new' };
    const held = { ...otherRequest, idempotencyKey: 'held' };
    const result = await messages.enqueueMany([keyed, keyed, held, otherRequest, held]);
    if (result.kind !== 'conflict') throw new Error(result.kind);
    expect(result.conflicts.map(({ index, message }) => [index, message.content])).toEqual([
      [2, 'hello'],
      [4, 'hello'],
    ]);
    expect((await repository.counts()).unsent.count).toBe(1);
  });

  test('obeys the rules that it is given', async () => {
    const { repository, clock } = aDesk();
    const rules = { phonePattern: /^\d{3}$/, maxContentLength: 3 };
    const messages = new Messages({ repository, clock, rules });
    expect(await messages.enqueue({ phoneNumber: '112', content: 'abc' })).toMatchObject({ kind: 'stored' });
    expect(await messages.enqueue({ phoneNumber: '+112', content: 'abcd' })).toMatchObject({
      kind: 'invalid',
      problems: [
        { field: 'phoneNumber' },
        { field: 'content', problem: 'must have 1 to 3 characters, has 4' },
      ],
    });
  });
});
