import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { DeadlineQueue } from '../src/deadline-queue.ts';

describe('DeadlineQueue', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
  });

  test('ends each wait when its time is up, in the order in which they began', () => {
    const ended: string[] = [];
    const queue = new DeadlineQueue<string>(100, (item) => ended.push(item));
    queue.add('a');
    vi.advanceTimersByTime(60);
    queue.add('b');
    queue.add('c');
    vi.advanceTimersByTime(45);
    expect(ended).toEqual(['a']);
    vi.advanceTimersByTime(60);
    expect(ended).toEqual(['a', 'b', 'c']);
  });

  test('never ends a wait that was taken out at the front, in the middle or at the end', () => {
    const ended: number[] = [];
    const queue = new DeadlineQueue<number>(100, (item) => ended.push(item));
    const waits = [0, 1, 2, 3, 4, 5].map((item) => queue.add(item));
    const taken = [0, 3, 5].map((index) => waits[index]).filter((wait) => wait !== undefined);
    expect(taken.map((wait) => queue.delete(wait))).toEqual([true, true, true]);
    expect(taken.map((wait) => queue.delete(wait))).toEqual([false, false, false]);
    queue.add(6);
    vi.advanceTimersByTime(200);
    expect(ended).toEqual([1, 2, 4, 6]);
  });

  test('does not end a wait that is taken out between its time and the reading of what had arrived', () => {
    const ended: string[] = [];
    const queue = new DeadlineQueue<string>(100, (item) => ended.push(item));
    const wait = queue.add('answered');
    vi.advanceTimersToNextTimer();
    expect(queue.delete(wait)).toBe(true);
    vi.advanceTimersByTime(100);
    expect(ended).toEqual([]);
  });

  test('keeps nothing of a wait that has ended', () => {
    const queue = new DeadlineQueue<string>(100, () => undefined);
    const [first, second, third] = [queue.add('a'), queue.add('b'), queue.add('c')];
    queue.delete(second);
    expect([second.before, second.after]).toEqual([null, null]);
    expect([first.after, third.before]).toEqual([third, first]);
  });
});
