import { describe, expect, test } from 'vitest';
import { AMBIGUITY_POLICIES, type AmbiguityPolicy } from '../src/adapter.ts';
import { crash } from './support/crashed-holder.ts';
import { aWorld, type World } from './support/world.ts';

// More turns than the whole of it takes: claim, recall, triage, reconcile, journal, send, remember, settle.
const TURNS = 240;

/** Five fresh messages behind two that a crashed process had begun. */
async function prepared(ambiguity: AmbiguityPolicy, drain: boolean): Promise<World> {
  const world = aWorld(
    { ambiguity, drain, batchSize: 3, concurrency: 2 },
    { reconciler: { reconcile: async () => ({ kind: 'absent' }) } },
  );
  await world.enqueue(2);
  await crash(world, { journals: true, begun: true });
  await world.enqueue(5);
  return world;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

async function expectEverythingAccountedFor(world: World): Promise<void> {
  expect(world.dispatcher.status()).toMatchObject({ state: 'stopped', leased: 0, inFlight: 0 });
  expect(world.clock.sleepers).toBe(0);
  const sent = world.sender.calls.map((call) => call.id);
  expect(new Set(sent).size).toBe(sent.length);
  const all = await world.all();
  const leases = all.map((message) => world.stored(message.id).lease);
  expect(leases.filter((lease) => lease !== null && !lease.token.startsWith('crashed'))).toEqual([]);
  const stored = all.filter((message) => message.status === 'sent').map((message) => message.id);
  expect([...stored].sort()).toEqual([...sent].sort());
  for (const message of all.filter(({ status }) => status === 'unsent')) {
    expect(message.attempts).toBeLessThanOrEqual(1);
  }
}

describe('a stop in any turn of the microtask queue', () => {
  test.for(AMBIGUITY_POLICIES.flatMap((policy) => [false, true].map((drain) => [policy, drain] as const)))(
    'leaves no lease, no timer, and every send stored (%s, drain: %s)',
    async ([policy, drain]) => {
      for (let count = 0; count <= TURNS; count += 1) {
        const world = await prepared(policy, drain);
        world.dispatcher.start();
        await turns(count);
        if (count === TURNS) expect((await world.statuses()).unsent ?? 0).toBe(drain ? 0 : 4);
        world.dispatcher.stop();
        await world.clock.advance(0);
        await expectEverythingAccountedFor(world);
      }
    },
  );

  test('keeps the report of a single dispatch right', async () => {
    for (let count = 0; count <= TURNS; count += 1) {
      const world = await prepared('hold', false);
      const once = world.dispatcher.dispatchOnce();
      await turns(count);
      world.dispatcher.stop();
      await world.clock.advance(0);
      const result = await once;
      if (result.kind !== 'dispatched') throw new Error(result.kind);
      const { claimed, ...rest } = result.report;
      expect(Object.values(rest).reduce((sum, n) => sum + n, 0)).toBe(claimed);
      expect(rest.sent).toBe(world.sender.calls.length);
      expect(rest.lost).toBe(0);
      await expectEverythingAccountedFor(world);
    }
  });

  test('and a start after it, leave a dispatcher that delivers everything', async () => {
    for (let count = 0; count <= TURNS; count += 1) {
      const world = await prepared('resend', true);
      world.dispatcher.start();
      await turns(count);
      world.dispatcher.stop();
      await turns(count % 7);
      world.dispatcher.start();
      await world.clock.advance(0);
      expect(world.dispatcher.status().state).toBe('running');
      expect(await world.statuses()).toEqual({ sent: 7 });
      expect(world.sender.calls).toHaveLength(7);
      await world.stopped();
    }
  });
});

describe('a process that freezes in any turn for longer than its lease', () => {
  test.for(['resend', 'hold'] as const)(
    'stores nothing over what another one did (%s)',
    async (ambiguity) => {
      let takenOver = 0;
      for (let count = 0; count <= 120; count += 1) {
        const world = aWorld({ ambiguity, batchSize: 1 });
        // With no stop to be read first, the other one claims in the turn in which this one is frozen.
        Object.assign(world.repository, { deliveryStop: undefined });
        const id = await world.enqueueOne();
        const frozen = world.dispatcher.dispatchOnce();
        await turns(count);
        world.clock.set(world.clock.now() + 120_000);
        const other = world.join({ ambiguity, batchSize: 1 }).dispatchOnce();
        const reports = (await Promise.all([frozen, other])).map((result) => {
          if (result.kind !== 'dispatched') throw new Error(result.kind);
          return result.report;
        });
        await world.clock.advance(0);
        if (world.stored(id).lostLeases > 0) takenOver += 1;
        const acked = reports.reduce((sum, report) => sum + report.sent + report.recalled, 0);
        expect(acked).toBe(world.stored(id).status === 'sent' ? 1 : 0);
        expect(['sent', 'unknown']).toContain(world.stored(id).status);
        // Under hold not even the second one's doubt is a reason for a copy.
        expect(world.sender.calls.length).toBeLessThanOrEqual(ambiguity === 'hold' ? 1 : 2);
        expect(world.clock.sleepers).toBe(0);
      }
      expect(takenOver).toBeGreaterThan(5);
    },
  );
});
