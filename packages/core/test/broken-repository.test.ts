import { describe, expect, test } from 'vitest';
import type { MessageRepository } from '../src/adapter.ts';
import { InMemoryMessageRepository, ManualClock, SeededRandom } from '../src/in-memory/index.ts';
import { Messages, MessagingError } from '../src/index.ts';
import { aStored } from './support/builders.ts';

const PHONE = '+905551111111';
const ID = '0'.repeat(24);
const REQUEST = { phoneNumber: PHONE, content: 'hello' };

/** The operations of callers and operators; null: only the dispatcher uses it, or readiness. */
const CALLS: Readonly<
  Record<
    keyof {
      [Operation in keyof MessageRepository as MessageRepository[Operation] extends number
        ? never
        : Operation]-?: 1;
    },
    ((messages: Messages) => Promise<unknown>) | null
  >
> = {
  insert: (messages) => messages.enqueue(REQUEST),
  findById: (messages) => messages.find(ID),
  list: (messages) => messages.list({ limit: 10 }),
  counts: (messages) => messages.counts(),
  cancel: (messages) => messages.cancel([ID]),
  redrive: (messages) => messages.redrive([ID]),
  redriveMatching: (messages) => messages.redriveMatching({ status: 'failed' }),
  erase: (messages) => messages.erase(PHONE),
  prune: (messages) => messages.prune(0, { trustsClock: true }),
  nextDueAt: (messages) => messages.oldestDueAgeMs(),
  storeNow: (messages) => messages.prune(0),
  claimDue: null,
  beginAttempt: null,
  settle: null,
  extendLease: null,
  release: null,
  tryWrite: null,
  watch: null,
  stopDelivery: null,
  resumeDelivery: null,
  deliveryStop: null,
};

const ASKED = Object.entries(CALLS).flatMap(([operation, call]) =>
  call === null ? [] : [{ operation, call }],
);

/** The behaviour of an adapter without types, or with a bug. */
const BUGS: Readonly<Record<string, () => unknown>> = {
  'throws a TypeError': () => {
    throw new TypeError('x is not a function');
  },
  'rejects with a TypeError': () => Promise.reject(new TypeError('x is not a function')),
  'rejects with a text': () => Promise.reject('no'),
  'rejects with nothing': () => Promise.reject(undefined),
  'answers undefined': async () => undefined,
  'answers undefined without a promise': () => undefined,
  'answers a text': async () => 'what?',
  'answers NaN': async () => Number.NaN,
  'answers a list of null': async () => [null],
  'answers a list of undefined': async () => [undefined],
  'answers an empty object': async () => ({}),
  'answers a kind without the rest': async () => ({ kind: 'inserted' }),
  'answers a kind with a list of undefined': async () => ({
    kind: 'conflict',
    items: [undefined],
    conflicts: [undefined],
    erasedIds: [undefined],
    inFlightIds: [],
    nextCursor: null,
  }),
  'answers a list of kinds without the rest': async () => [{ kind: 'cancelled' }],
  'answers an empty list': async () => [],
};

function broken(operations: Readonly<Record<string, () => unknown>>): Messages {
  const repository = new InMemoryMessageRepository(new SeededRandom());
  repository.put(aStored({ id: ID, phoneNumber: PHONE }));
  Object.assign(repository, operations);
  return new Messages({ repository, clock: new ManualClock() });
}

async function thrownBy(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return { answered: await work() };
  } catch (error) {
    return error;
  }
}

test('every operation of a repository that works answers', async () => {
  expect.hasAssertions();
  for (const { call } of ASKED) expect(await thrownBy(() => call(broken({})))).not.toBeInstanceOf(Error);
});

describe.each(ASKED)('a repository whose $operation has a bug', ({ operation, call }) => {
  test.each(Object.entries(BUGS))(
    'and %s is reported by a typed error that names the operation',
    async (_name, bug) => {
      const error = await thrownBy(() => call(broken({ [operation]: bug })));
      expect(error).toBeInstanceOf(MessagingError);
      expect(error).toMatchObject({
        code: 'broken_adapter',
        message: expect.stringContaining(`${operation} of the repository`),
      });
    },
  );
});

test('null is an answer of findById and of nextDueAt, and of nothing else', async () => {
  const answering = async ({ operation, call }: (typeof ASKED)[number]): Promise<boolean> => {
    const nothing = async (): Promise<null> => null;
    return !((await thrownBy(() => call(broken({ [operation]: nothing })))) instanceof MessagingError);
  };
  const may = await Promise.all(ASKED.map(answering));
  expect(ASKED.filter((_one, index) => may[index]).map(({ operation }) => operation)).toEqual([
    'findById',
    'nextDueAt',
  ]);
});

test("an error of the database's own comes through: a driver repeats a transaction by it", async () => {
  class DriverError extends Error {}
  const error = new DriverError('TransientTransactionError');
  expect(await thrownBy(() => broken({ insert: () => Promise.reject(error) }).enqueue(REQUEST))).toBe(error);
});

describe('a list that does not go on', () => {
  const bugs = {
    'refuses its own cursor': async ({ cursor }: { cursor?: string }) =>
      cursor === undefined ? { kind: 'page', items: [], nextCursor: 'next' } : { kind: 'invalid_cursor' },
    'gives the same cursor again': async () => ({ kind: 'page', items: [], nextCursor: 'same' }),
  };

  test.each(Object.entries(bugs))('because it %s is a fault of what needs all pages', async (_name, list) => {
    const messages = broken({ list: list as () => unknown });
    expect(await thrownBy(() => messages.cancelMatching({}))).toMatchObject({ code: 'broken_adapter' });
  });
});

test.each(Object.entries(BUGS).slice(0, 4))(
  'a sent cache whose forget %s is a typed fault of erase, which has erased nothing',
  async (_name, forget) => {
    const repository = new InMemoryMessageRepository(new SeededRandom());
    repository.put(aStored({ id: ID, phoneNumber: PHONE }));
    const sentCache = Object.assign(
      { remember: async () => {}, recall: async () => [] },
      { forget: forget as () => Promise<void> },
    );
    const messages = new Messages({ repository, clock: new ManualClock(), sentCache });
    expect(await thrownBy(() => messages.erase(PHONE))).toMatchObject({ code: 'broken_adapter' });
    expect(await repository.findById(ID)).not.toBeNull();
  },
);
