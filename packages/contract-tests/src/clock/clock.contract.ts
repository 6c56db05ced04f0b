import assert from 'node:assert/strict';
import type { StopSignal } from '@messaging-system/core/adapter';
import { type Contract, needing } from '../define-contract.ts';
import { HandMadeSignal } from '../hand-made-signal.ts';
import type { ClockHarness } from '../harness/clock-harness.ts';
import { within } from '../poll.ts';

// The time by which a runtime's timer may be early, by the clock that measures it.
const EARLY_MS = 2;
const LONG_MS = 600_000;

/** Every promise of `Clock`. A manual clock is moved, a real one waited for: the cases use up a few tenths of a second. */
export const clockContract: Contract<ClockHarness> = {
  'the harness opens a clock of its own each time': async (harness, openHarness) => {
    const other = await openHarness();
    await other.pass(10);
    await other.close();
    await harness.pass(1);
  },

  'tells the time in epoch milliseconds': async ({ clock }) => {
    const now = clock.now();
    assert.ok(now > Date.UTC(2020, 0, 1) && now < Date.UTC(2200, 0, 1), `${now} is an instant in ms`);
  },

  'moves on by the time that passes': async (harness) => {
    const before = harness.clock.now();
    await harness.pass(30);
    assertPassed(30, harness.clock.now() - before);
  },

  'wakes a sleeper after its time, and not before': async (harness) => {
    const start = harness.clock.now();
    let wokeAt = Number.NaN;
    const sleeping = harness.clock.sleep(40).then(() => {
      wokeAt = harness.clock.now();
    });
    await harness.pass(60);
    await within('the sleeper wakes', sleeping);
    assert.ok(wokeAt - start >= 40 - EARLY_MS, `40 ms were ${wokeAt - start}`);
  },

  'wakes sleepers in the order of their times': async (harness) => {
    const order: number[] = [];
    const sleeping = [60, 20, 40].map((ms) => harness.clock.sleep(ms).then(() => order.push(ms)));
    await harness.pass(80);
    await within('the sleepers wake', Promise.all(sleeping));
    assert.deepEqual(order, [20, 40, 60]);
  },

  'lets a thousand sleep at the same time': async (harness) => {
    const sleeping = Array.from({ length: 1000 }, () => harness.clock.sleep(10));
    await harness.pass(30);
    await within('a thousand sleepers wake', Promise.all(sleeping));
  },

  'waits for no time when there is none to sleep': async ({ clock }) => {
    for (const ms of [0, -1, -LONG_MS]) await within(`sleep(${ms}) resolves`, clock.sleep(ms), 1_000);
  },

  'does not take a sleep that is longer than a 32-bit timer for a short one': async (harness) => {
    const signal = new HandMadeSignal();
    let woke = false;
    const sleeping = harness.clock.sleep(2 ** 31 + 60_000, signal).then(() => {
      woke = true;
    });
    await harness.pass(30);
    assert.equal(woke, false);
    signal.abort();
    await within('the sleeper wakes', sleeping);
  },

  'does not sleep when the signal has aborted before': async ({ clock }) => {
    const signal = new HandMadeSignal();
    signal.abort();
    for (const aborted of [signal, AbortSignal.abort()]) {
      await within('the sleeper resolves', clock.sleep(LONG_MS, aborted), 1_000);
    }
  },

  'wakes a sleeper at once when its signal aborts': async ({ clock }) => {
    const controller = new AbortController();
    const signal = new HandMadeSignal();
    const sleeping = Promise.all([clock.sleep(LONG_MS, controller.signal), clock.sleep(LONG_MS, signal)]);
    controller.abort();
    signal.abort();
    await within('the sleepers resolve', sleeping, 1_000);
  },

  'wakes only the sleeper whose signal aborts': async (harness) => {
    const [stopped, other] = [new HandMadeSignal(), new HandMadeSignal()];
    let otherWoke = false;
    const sleeping = harness.clock.sleep(LONG_MS, stopped);
    const othersSleep = harness.clock.sleep(LONG_MS, other).then(() => {
      otherWoke = true;
    });
    stopped.abort();
    await within('the sleeper resolves', sleeping, 1_000);
    await harness.pass(1);
    assert.equal(otherWoke, false);
    other.abort();
    await within('the other sleeper resolves', othersSleep, 1_000);
  },

  'leaves no listener on a signal whose sleep is over': async (harness) => {
    const [aborted, waited] = [new HandMadeSignal(), new HandMadeSignal()];
    const sleeping = [harness.clock.sleep(LONG_MS, aborted), harness.clock.sleep(10, waited)];
    assert.deepEqual(listenersOf(aborted, waited), [1, 1]);
    aborted.abort();
    await harness.pass(30);
    await within('the sleepers resolve', Promise.all(sleeping));
    assert.deepEqual(listenersOf(aborted, waited), [0, 0]);
  },

  'never rejects, however the signal aborts': async (harness) => {
    const controller = new AbortController();
    const signals: readonly StopSignal[] = [controller.signal, AbortSignal.abort(new Error('stop'))];
    const sleeping = Promise.allSettled(signals.map((signal) => harness.clock.sleep(LONG_MS, signal)));
    controller.abort(new Error('stop'));
    const results = await within('the sleepers end', sleeping, 1_000);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled'],
    );
  },

  'counts what elapses by the time that passes': needing(
    ({ clock }) => clock.elapsed?.bind(clock),
    'the clock does not count what elapses',
    async (harness, elapsed) => {
      const before = elapsed();
      await harness.pass(30);
      assertPassed(30, elapsed() - before);
    },
  ),

  'counts what elapses whatever the clock is set to': needing(
    (harness) => {
      const [elapsed, set] = [harness.clock.elapsed?.bind(harness.clock), harness.set?.bind(harness)];
      return elapsed && set ? { elapsed, set } : undefined;
    },
    'the clock does not count what elapses, or a test cannot set it',
    async (harness, { elapsed, set }) => {
      const { clock } = harness;
      const before = elapsed();
      for (const byMs of [LONG_MS, -2 * LONG_MS]) {
        set(clock.now() + byMs);
        await harness.pass(10);
      }
      assertPassed(20, elapsed() - before);
    },
  ),

  'is not misled by a clock that is set': needing(
    (harness) => harness.set?.bind(harness),
    'a test cannot set this clock',
    async (harness, set) => {
      const { clock } = harness;
      let woke = false;
      const sleeping = clock.sleep(1_000).then(() => {
        woke = true;
      });
      set(clock.now() + LONG_MS);
      await harness.pass(500);
      assert.equal(woke, false, 'a clock set forward shortens no sleep');
      set(clock.now() - 2 * LONG_MS);
      await harness.pass(500);
      await within('a clock set back lengthens no sleep', sleeping, 1_000);
    },
  ),
};

function assertPassed(ms: number, passed: number): void {
  assert.ok(passed >= ms - EARLY_MS && passed < 5_000, `${ms} ms passed as ${passed}`);
}

function listenersOf(...signals: readonly HandMadeSignal[]): readonly number[] {
  return signals.map(({ listenerCount }) => listenerCount);
}
