import assert from 'node:assert/strict';
import type { Begun, SeenStore } from './seen-store.ts';

/** A store of its own for each case. */
export interface SeenStoreHarness {
  readonly store: SeenStore;
  /** Another instance on the same data, where there can be one. */
  readonly another?: SeenStore | undefined;
  /** A duration that `lapse` can wait for. */
  readonly shortMs: number;
  /** Resolves when what the id has had for `shortMs`, a lease or a memory, has ended. */
  lapse(id: string): Promise<void>;
}

const RACERS = 25;
const LONG_MS = 600_000;
const LEASE = { leaseMs: LONG_MS };

async function token(store: SeenStore, id: string, leaseMs: number = LONG_MS): Promise<string> {
  const begun = await store.begin(id, { leaseMs });
  assert.ok(begun.kind === 'begun', `${id} is begun, not ${begun.kind}`);
  return begun.token;
}

function done(messageId: string | null = null, keepMs: number = LONG_MS) {
  return { keepMs, messageId };
}

/** Racers by turns on two instances, where there are two. */
async function race<Result>(
  { store, another = store }: SeenStoreHarness,
  racer: (store: SeenStore, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  return await Promise.all(
    Array.from({ length: RACERS }, (_, index) => racer(index % 2 === 0 ? store : another, index)),
  );
}

function assertOneBegan(all: readonly Begun[]): void {
  assert.equal(all.filter(({ kind }) => kind === 'begun').length, 1, 'one has begun');
  assert.equal(
    all.filter(({ kind }) => kind === 'in_progress').length,
    RACERS - 1,
    'the others get in_progress',
  );
}

/** The promises of `SeenStore` by title. Run each with a harness of its own, in any test runner: they throw when one is broken. */
export const seenStoreContract: Readonly<Record<string, (harness: SeenStoreHarness) => Promise<void>>> = {
  'begins an id once': async ({ store }) => {
    await token(store, 'a');
    assert.deepEqual(await store.begin('a', LEASE), { kind: 'in_progress' });
  },

  'begins an id once for twenty-five that race': async (harness) => {
    assertOneBegan(await race(harness, (store) => store.begin('a', LEASE)));
  },

  'gives each lease a token of its own': async ({ store }) => {
    const first = await token(store, 'a');
    await store.abandon('a', first);
    assert.notEqual(await token(store, 'a'), first);
  },

  'keeps ids apart, whatever they are made of': async ({ store }) => {
    const ids = ['a', 'A', 'a:b', 'a*', '"{}"', `long-${'x'.repeat(1_000)}`];
    for (const id of ids) await store.complete(id, await token(store, id), done(`of ${id}`));
    for (const id of ids) {
      assert.deepEqual(await store.begin(id, LEASE), { kind: 'completed', messageId: `of ${id}` });
    }
  },

  'tells the message id of what is completed, and null where there was none': async ({ store }) => {
    for (const [index, messageId] of [null, 'receipt-1', 'with: "colons"\n', 'ığüşöç 📦'].entries()) {
      const id = `id-${index}`;
      assert.equal(await store.complete(id, await token(store, id), done(messageId)), 'completed');
      assert.deepEqual(await store.begin(id, LEASE), { kind: 'completed', messageId });
    }
  },

  'begins an id again that was abandoned': async ({ store }) => {
    await store.abandon('a', await token(store, 'a'));
    await token(store, 'a');
  },

  'begins an id again whose lease has ended': async (harness) => {
    await token(harness.store, 'a', harness.shortMs);
    await harness.lapse('a');
    await token(harness.store, 'a');
  },

  'begins an id once for twenty-five that race for it after its lease': async (harness) => {
    await token(harness.store, 'a', harness.shortMs);
    await harness.lapse('a');
    assertOneBegan(await race(harness, (store) => store.begin('a', LEASE)));
  },

  'refuses a stale token to complete what another has begun': async (harness) => {
    const { store } = harness;
    const stale = await token(store, 'a', harness.shortMs);
    await harness.lapse('a');
    const fresh = await token(store, 'a');
    assert.equal(await store.complete('a', stale, done('of the stale one')), 'stale');
    assert.deepEqual(await store.begin('a', LEASE), { kind: 'in_progress' });
    assert.equal(await store.complete('a', fresh, done('of the fresh one')), 'completed');
    assert.deepEqual(await store.begin('a', LEASE), { kind: 'completed', messageId: 'of the fresh one' });
  },

  'refuses a stale token to complete what another has completed': async (harness) => {
    const { store } = harness;
    const stale = await token(store, 'a', harness.shortMs);
    await harness.lapse('a');
    await store.complete('a', await token(store, 'a'), done('of the fresh one'));
    assert.equal(await store.complete('a', stale, done('of the stale one')), 'stale');
    assert.deepEqual(await store.begin('a', LEASE), { kind: 'completed', messageId: 'of the fresh one' });
  },

  'lets a stale token abandon nothing': async (harness) => {
    const { store } = harness;
    const stale = await token(store, 'a', harness.shortMs);
    await harness.lapse('a');
    await token(store, 'a');
    await store.abandon('a', stale);
    assert.deepEqual(await store.begin('a', LEASE), { kind: 'in_progress' });
  },

  'completes after the lease when nobody has begun again': async (harness) => {
    const late = await token(harness.store, 'a', harness.shortMs);
    await harness.lapse('a');
    assert.equal(await harness.store.complete('a', late, done('late')), 'completed');
    assert.deepEqual(await harness.store.begin('a', LEASE), { kind: 'completed', messageId: 'late' });
  },

  'answers a repeated complete as it did the first': async ({ store }) => {
    const own = await token(store, 'a');
    assert.equal(await store.complete('a', own, done('first')), 'completed');
    assert.equal(await store.complete('a', own, done('again')), 'completed');
    assert.deepEqual(await store.begin('a', LEASE), { kind: 'completed', messageId: 'first' });
  },

  'keeps what is completed though its token abandons': async ({ store }) => {
    const own = await token(store, 'a');
    await store.complete('a', own, done());
    await store.abandon('a', own);
    assert.deepEqual(await store.begin('a', LEASE), { kind: 'completed', messageId: null });
  },

  'keeps what is completed beyond the end of its lease': async (harness) => {
    const { store, shortMs } = harness;
    await store.complete('a', await token(store, 'a', shortMs), done());
    await token(store, 'later', shortMs);
    await harness.lapse('later');
    assert.deepEqual(await store.begin('a', LEASE), { kind: 'completed', messageId: null });
  },

  'begins an id again when what was completed is no longer kept': async (harness) => {
    const { store } = harness;
    await store.complete('a', await token(store, 'a'), done(null, harness.shortMs));
    assert.deepEqual(await store.begin('a', LEASE), { kind: 'completed', messageId: null });
    await harness.lapse('a');
    await token(store, 'a');
  },

  'shows every instance what another did': async ({ store, another = store }) => {
    const own = await token(store, 'a');
    assert.deepEqual(await another.begin('a', LEASE), { kind: 'in_progress' });
    assert.equal(await another.complete('a', own, done('by another')), 'completed');
    assert.deepEqual(await store.begin('a', LEASE), { kind: 'completed', messageId: 'by another' });
  },
};
