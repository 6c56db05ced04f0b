import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Weights } from '../src/dice.ts';
import { type Disturbance, type Fault, planWorld, runWorld } from '../src/index.ts';
import { ANY } from '../src/plan/theme.ts';

// The keys of a record of weights are the items.
const oneOf = <Item extends string>(weights: Weights<Item>): fc.Arbitrary<Item> =>
  fc.constantFrom(...(Object.keys(weights) as Item[]));
const process = fc.nat(3);
const nth = fc.nat(12);
const times = fc.constantFrom(1, 2, 8);
const delayMs = fc.nat(6_000);
const atMs = fc.nat(10_000);
const kind = <Kind extends Fault['kind']>(name: Kind): fc.Arbitrary<Kind> => fc.constant(name);

/** Any fault at all, however unlikely a planner would find it. */
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    kind: kind('call'),
    process,
    operation: oneOf(ANY.operations),
    nth,
    times,
    how: oneOf(ANY.failures),
    delayMs,
  }),
  fc.record({ kind: kind('send'), process, nth, times, how: oneOf(ANY.behaviours), delayMs }),
  fc.record({ kind: kind('poison'), message: fc.nat(15), times, how: oneOf(ANY.behaviours), delayMs }),
  fc.record({
    kind: kind('outage'),
    target: oneOf(ANY.outages.targets),
    process: fc.option(process),
    atMs,
    forMs: delayMs,
    how: oneOf(ANY.outages.hows),
  }),
  fc.record({
    kind: kind('crash'),
    process,
    operation: oneOf(ANY.operations),
    nth,
    moment: fc.constantFrom('before', 'on_the_way', 'at_effect'),
    downMs: delayMs,
  }),
  fc.record({ kind: kind('crash_at'), process, atMs, downMs: delayMs }),
  fc.record({
    kind: kind('crash_loop'),
    process,
    atMs,
    everyMs: fc.integer({ min: 10, max: 6_000 }),
    times: fc.nat(50),
    downMs: delayMs,
  }),
  fc.record({ kind: kind('freeze'), process, atMs, forMs: delayMs }),
  fc.record({ kind: kind('freeze_in_send'), process, nth, forMs: delayMs }),
  fc.record({ kind: kind('clock'), process, atMs, byMs: fc.integer({ min: -20_000, max: 20_000 }) }),
);

test('every rule holds in any world whatever goes wrong in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.array(fault, { maxLength: 20 }), async (seed, faults) => {
      const disturbances: Disturbance[] = faults.map((one, id) => ({ id, ...one }));
      const { violations } = await runWorld({ ...planWorld(seed), disturbances });
      expect(violations).toEqual([]);
    }),
    { numRuns: 150 },
  );
}, 120_000);
