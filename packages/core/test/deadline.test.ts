import { describe, expect, test } from 'vitest';
import { CallDeadlines, withinDeadline } from '../src/dispatch/deadline.ts';
import { StopController } from '../src/dispatch/stop-controller.ts';
import { ManualClock } from '../src/in-memory/index.ts';

const never = (): Promise<string> => new Promise(() => {});

describe('withinDeadline', () => {
  test('gives the result of work that is in time, or rejects as it does, and leaves no timer', async () => {
    const clock = new ManualClock();
    expect(await withinDeadline(clock, 100, Promise.resolve('x'))).toEqual({ kind: 'done', result: 'x' });
    const fault = new Error('down');
    await expect(withinDeadline(clock, 100, Promise.reject(fault))).rejects.toBe(fault);
    expect(clock.sleepers).toBe(0);
  });

  test('is late at the deadline, and nobody minds how the work ends after that', async () => {
    const clock = new ManualClock();
    const { promise, reject } = Promise.withResolvers<string>();
    const outcome = withinDeadline(clock, 100, promise);
    await clock.advance(100);
    expect(await outcome).toEqual({ kind: 'late' });
    reject(new Error('too late'));
    await clock.advance(0);
  });

  test('is late as soon as the signal aborts, at once when it has', async () => {
    const clock = new ManualClock();
    const signal = new StopController();
    const outcome = withinDeadline(clock, 100, never(), signal);
    signal.abort();
    expect(await outcome).toEqual({ kind: 'late' });
    expect(await withinDeadline(clock, 100, never(), signal)).toEqual({ kind: 'late' });
    expect(clock.sleepers).toBe(0);
  });
});

describe('CallDeadlines', () => {
  test('ends what is being waited for when all expire, and begins anew', async () => {
    const clock = new ManualClock();
    const deadlines = new CallDeadlines(clock);
    const waiting = [deadlines.within(100, never()), deadlines.within(200, never())];
    deadlines.expireAll();
    expect(await Promise.all(waiting)).toEqual([{ kind: 'late' }, { kind: 'late' }]);
    expect(clock.sleepers).toBe(0);
    expect(await deadlines.within(100, Promise.resolve('x'))).toEqual({ kind: 'done', result: 'x' });
  });
});
