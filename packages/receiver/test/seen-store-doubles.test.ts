import { describe, expect, test } from 'vitest';
import { type SeenStoreHarness, seenStoreContract } from '../src/contract.ts';
import { MapSeenStore, RIGHT, type Rules } from './doubles/map-seen-store.ts';
import { aMemoryHarness } from './memory-harness.ts';

interface Double {
  /** Its mistake. */
  readonly name: string;
  readonly open: () => SeenStoreHarness;
  /** The other cases that the same fault rightly fails. */
  readonly alsoFails?: readonly string[];
}

function wrong(name: string, rules: Partial<Rules>, alsoFails: readonly string[] = []): Double {
  const open = (): SeenStoreHarness =>
    aMemoryHarness(({ now }) => new MapSeenStore(now, { ...RIGHT, ...rules }));
  return { name, open, alsoFails };
}

/** One for each case, by its title. */
const DOUBLES: Readonly<Record<string, Double>> = {
  'begins an id once': wrong('a lease that ends at once', { leaseMs: () => 0 }, [
    'begins an id once for twenty-five that race',
    'begins an id once for twenty-five that race for it after its lease',
    'refuses a stale token to complete what another has begun',
    'lets a stale token abandon nothing',
    'shows every instance what another did',
  ]),

  'begins an id once for twenty-five that race': wrong('a begin that looks and then writes', {
    pausesFor: (wasThere) => !wasThere,
  }),

  'begins an id once for twenty-five that race for it after its lease': wrong(
    'a take-over that looks and then writes',
    { pausesFor: (wasThere) => wasThere },
  ),

  'gives each lease a token of its own': wrong(
    'a token that is the same for each lease',
    { newToken: () => 'token' },
    [
      'refuses a stale token to complete what another has begun',
      'refuses a stale token to complete what another has completed',
      'lets a stale token abandon nothing',
    ],
  ),

  'keeps ids apart, whatever they are made of': wrong('ids without regard to case', {
    keyOf: (id) => id.toLowerCase(),
  }),

  'tells the message id of what is completed, and null where there was none': wrong(
    'a message id in Latin 1',
    {
      storedMessageId: (messageId) =>
        messageId === null ? null : Buffer.from(messageId, 'latin1').toString('latin1'),
    },
  ),

  'begins an id again that was abandoned': wrong(
    'an abandon that leaves the lease',
    { mayAbandon: () => false },
    ['gives each lease a token of its own'],
  ),

  'begins an id again whose lease has ended': wrong(
    'a lease that never ends',
    { isAlive: ({ isDone, until }, now) => !isDone || until > now },
    [
      'begins an id once for twenty-five that race for it after its lease',
      'refuses a stale token to complete what another has begun',
      'refuses a stale token to complete what another has completed',
      'lets a stale token abandon nothing',
    ],
  ),

  'refuses a stale token to complete what another has begun': wrong(
    'a complete that asks for no token of what is under way',
    { mayComplete: (entry) => entry === undefined || !entry.isDone },
  ),

  'refuses a stale token to complete what another has completed': wrong(
    'a complete that takes any token for a repeat',
    { isRepeat: (entry) => entry?.isDone === true },
  ),

  'lets a stale token abandon nothing': wrong('an abandon without a token', {
    mayAbandon: ({ isDone }) => !isDone,
  }),

  'completes after the lease when nobody has begun again': wrong('a complete that insists on the lease', {
    mayComplete: (entry, token) => entry?.token === token && !entry.isDone,
  }),

  'answers a repeated complete as it did the first': wrong('a complete that knows no repeat', {
    isRepeat: () => false,
  }),

  'keeps what is completed though its token abandons': wrong('an abandon of what is completed', {
    mayAbandon: (entry, token) => entry.token === token,
  }),

  'keeps what is completed beyond the end of its lease': wrong('a memory as long as the lease', {
    keepMs: (keepMs, entry, now) => Math.min(keepMs, entry === undefined ? keepMs : entry.until - now),
  }),

  'begins an id again when what was completed is no longer kept': wrong('a memory without end', {
    isAlive: ({ isDone, until }, now) => isDone || until > now,
  }),

  'shows every instance what another did': {
    name: 'instances with a memory each',
    open: () =>
      aMemoryHarness(
        ({ now }) => new MapSeenStore(now, RIGHT),
        ({ now }) => new MapSeenStore(now, RIGHT),
      ),
    alsoFails: [
      'begins an id once for twenty-five that race',
      'begins an id once for twenty-five that race for it after its lease',
    ],
  },
};

async function failingCases(open: () => SeenStoreHarness): Promise<readonly string[]> {
  const failing: string[] = [];
  for (const [fact, run] of Object.entries(seenStoreContract)) {
    await run(open()).catch(() => failing.push(fact));
  }
  return failing;
}

describe('broken seen stores', () => {
  test('every case has a double, and every double a case', () => {
    expect(Object.keys(DOUBLES).sort()).toEqual(Object.keys(seenStoreContract).sort());
  });

  test('the store they are made of is right', async () => {
    expect(await failingCases(() => aMemoryHarness(({ now }) => new MapSeenStore(now, RIGHT)))).toEqual([]);
  });

  for (const [fact, { name, open, alsoFails = [] }] of Object.entries(DOUBLES)) {
    test(`${name} is caught by '${fact}'`, async () => {
      const failing = await failingCases(open);
      expect(failing).toContain(fact);
      expect(failing.filter((other) => other !== fact).sort()).toEqual([...alsoFails].sort());
    });
  }
});
