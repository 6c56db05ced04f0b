import type { Clock } from '@messaging-system/core';
import type { StopSignal } from '@messaging-system/core/adapter';
import type { ManualClock } from '@messaging-system/core/in-memory';
import type { ClockHarness } from '../../../src/index.ts';
import { openManualClock } from '../../clock/clock-harnesses.ts';
import type { Double, Doubles } from '../register-doubles.ts';

/** The reference with one method changed. */
function wrongClock(name: string, broken: (reference: ManualClock) => Partial<Clock>): Double<ClockHarness> {
  return {
    name,
    open: () =>
      openManualClock((reference) => ({
        now: () => reference.now(),
        sleep: (ms, signal) => reference.sleep(ms, signal),
        elapsed: () => reference.elapsed(),
        ...broken(reference),
      })),
  };
}

/** The reference that sleeps for another time than it is given. */
function sleepsFor(name: string, as: (ms: number) => number): Double<ClockHarness> {
  return wrongClock(name, (reference) => ({ sleep: (ms, signal) => reference.sleep(as(ms), signal) }));
}

/** The reference that is handed another signal. */
function signalledBy(
  name: string,
  as: (signal: StopSignal | undefined) => StopSignal | undefined,
): Double<ClockHarness> {
  return wrongClock(name, (reference) => ({ sleep: (ms, signal) => reference.sleep(ms, as(signal)) }));
}

export const clockDoubles: Doubles<ClockHarness> = {
  'the harness opens a clock of its own each time': {
    name: 'clocks that stop when one is closed',
    open: stopTogether(),
    concurrency: 1,
  },

  'tells the time in epoch milliseconds': wrongClock('a time in seconds', (reference) => ({
    now: () => reference.now() / 1000,
  })),

  'moves on by the time that passes': wrongClock('a clock that stands still', (reference) => {
    const opened = reference.now();
    return { now: () => opened };
  }),

  'wakes a sleeper after its time, and not before': sleepsFor('half a sleep', (ms) =>
    ms === 40 ? ms / 2 : ms,
  ),

  'wakes sleepers in the order of their times': sleepsFor('a timer of coarse ticks', (ms) =>
    ms > 0 && ms < 100 ? Math.ceil(ms / 30) * 30 : ms,
  ),

  'lets a thousand sleep at the same time': wrongClock('a clock with a hundred beds', (reference) => {
    let sleepers = 0;
    return {
      sleep: (ms, signal) => {
        sleepers += 1;
        return sleepers > 100 ? new Promise(() => undefined) : reference.sleep(ms, signal);
      },
    };
  }),

  'waits for no time when there is none to sleep': sleepsFor('a sleep of at least a millisecond', (ms) =>
    Math.max(ms, 1),
  ),

  'does not take a sleep that is longer than a 32-bit timer for a short one': sleepsFor(
    'a timer of 31 bits',
    (ms) => (ms > 2 ** 31 ? 1 : ms),
  ),

  'does not sleep when the signal has aborted before': signalledBy(
    'a sleep that does not look at its signal first',
    (signal) => (signal?.aborted === true ? new AbortController().signal : signal),
  ),

  'wakes a sleeper at once when its signal aborts': signalledBy(
    'a sleep that obeys no AbortSignal',
    (signal) => (signal instanceof AbortSignal && !signal.aborted ? new AbortController().signal : signal),
  ),

  'wakes only the sleeper whose signal aborts': wrongClock('one abort for all', (reference) => {
    const all = new AbortController();
    return {
      sleep: (ms, signal) => {
        if (signal instanceof AbortSignal || signal?.aborted !== false) return reference.sleep(ms, signal);
        const abort = (): void => all.abort();
        signal.addEventListener('abort', abort);
        return reference.sleep(ms, all.signal).then(() => signal.removeEventListener('abort', abort));
      },
    };
  }),

  'leaves no listener on a signal whose sleep is over': wrongClock('a listener that stays', (reference) => ({
    sleep: (ms, signal) => {
      if (signal?.aborted !== false) return reference.sleep(ms, signal);
      const own = new AbortController();
      signal.addEventListener('abort', () => own.abort());
      return reference.sleep(ms, own.signal);
    },
  })),

  'never rejects, however the signal aborts': wrongClock(
    'a sleep that rejects for a reason',
    (reference) => ({
      sleep: async (ms, signal) => {
        await reference.sleep(ms, signal);
        if (signal instanceof AbortSignal && !(signal.reason instanceof DOMException))
          signal.throwIfAborted();
      },
    }),
  ),

  'counts what elapses by the time that passes': wrongClock('a counter of 20 ms', (reference) => ({
    elapsed: () => Math.min(reference.elapsed(), 20),
  })),

  'counts what elapses whatever the clock is set to': wrongClock(
    'what elapses, by the clock that is set',
    (reference) => {
      const opened = reference.now();
      return { elapsed: () => reference.now() - opened };
    },
  ),

  'is not misled by a clock that is set': wrongClock('a sleep until a time of day', (reference) => ({
    sleep: async (ms, signal) => {
      const end = reference.now() + ms;
      while (reference.now() < end && signal?.aborted !== true) {
        await reference.sleep(Math.min(end - reference.now(), 10), signal);
      }
    },
  })),
};

function stopTogether(): () => Promise<ClockHarness> {
  let open = new Set<{ isStopped: boolean }>();
  return async () => {
    const harness = await openManualClock();
    const state = { isStopped: false };
    open.add(state);
    return {
      ...harness,
      pass: async (ms) => {
        if (state.isStopped) throw new TypeError('the clock has stopped');
        await harness.pass(ms);
      },
      close: async () => {
        for (const each of open) each.isStopped = true;
        open = new Set();
      },
    };
  };
}
