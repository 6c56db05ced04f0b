import { describe, expect, test } from 'vitest';
import { SendWatchdog } from '../src/dispatch/send-watchdog.ts';
import { ManualClock } from '../src/in-memory/index.ts';
import { aMessage } from './support/builders.ts';
import { never, OpenCalls, ScriptedSender } from './support/scripted-sender.ts';

const TIMEOUT_MS = 1_000;

function watched() {
  const clock = new ManualClock();
  const sender = new ScriptedSender(() => clock.now(), TIMEOUT_MS);
  return { clock, sender, watchdog: new SendWatchdog(sender, clock, () => {}) };
}

describe('sends that are under way at the same time', () => {
  test('share their timers, and leave none when the last has its answer', async () => {
    const { clock, sender, watchdog } = watched();
    const calls = new OpenCalls();
    sender.always(calls.answer);
    const sends = Array.from({ length: 100 }, () => watchdog.send(aMessage(), 1));
    await clock.advance(0);
    expect(calls.size).toBe(100);
    expect(clock.sleepers).toBe(2);
    calls.finishAll();
    await Promise.all(sends);
    expect(clock.sleepers).toBe(0);
  });

  test('are never aborted before their own time is up, however they began after one another', async () => {
    const { clock, sender, watchdog } = watched();
    const abortedAfter: number[] = [];
    sender.always(({ at, context }) => {
      context.signal.addEventListener('abort', () => abortedAfter.push(clock.now() - at));
      return never();
    });
    const sends = [];
    for (let index = 0; index < 30; index += 1) {
      sends.push(watchdog.send(aMessage(), 1));
      await clock.advance(7);
    }
    await clock.advance(3 * TIMEOUT_MS);
    expect(new Set((await Promise.all(sends)).map(({ kind }) => kind))).toEqual(new Set(['ambiguous']));
    expect(abortedAfter).toHaveLength(30);
    expect(Math.min(...abortedAfter)).toBeGreaterThan(TIMEOUT_MS);
    expect(Math.max(...abortedAfter)).toBeLessThanOrEqual(TIMEOUT_MS + 500);
    expect(clock.sleepers).toBe(0);
  });

  test('end one by one: the answer of one is not held up by another that hangs', async () => {
    const { sender, watchdog } = watched();
    sender.next(never);
    const hanging = watchdog.send(aMessage(), 1);
    expect(await watchdog.send(aMessage(), 1)).toMatchObject({ kind: 'accepted' });
    watchdog.close();
    expect(await hanging).toEqual({ kind: 'ambiguous', reason: 'timeout' });
  });
});
