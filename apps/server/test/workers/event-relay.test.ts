import { expect, test } from 'vitest';
import { EventRelay, type EventRelayOptions, type Told } from '../../src/workers/event-relay.ts';

/** A relay to somebody who takes a batch when the test says so. */
function relayed(options: Partial<EventRelayOptions> = {}) {
  const told: Told[] = [];
  const takes: (() => void)[] = [];
  const relay = new EventRelay(
    (next) =>
      new Promise((resolve) => {
        told.push(next);
        takes.push(resolve);
      }),
    { batchSize: 3, everyMs: 3_600_000, limit: 5, ...options },
  );
  const observe = (count: number): void => {
    for (let at = 0; at < count; at += 1) relay.observe({ type: 'dispatcher.started', at });
  };
  const sizes = (): readonly number[] => told.map(({ events }) => events.length);
  /** Takes all that there is and comes. */
  const takeAll = async (all: Promise<void>): Promise<void> => {
    let isOver = false;
    void all.then(() => {
      isOver = true;
    });
    await expect
      .poll(() => {
        takes.shift()?.();
        return isOver;
      })
      .toBe(true);
  };
  return { relay, told, takes, observe, sizes, takeAll };
}

test('tells of a full batch at once, and of the rest after a while', async () => {
  const { observe, sizes, takes } = relayed({ everyMs: 5 });
  observe(4);
  expect(sizes()).toEqual([3]);
  takes.shift()?.();
  await expect.poll(sizes).toEqual([3, 1]);
});

test('tells of a single event after a while', async () => {
  const { observe, sizes } = relayed({ everyMs: 5 });
  observe(1);
  expect(sizes()).toEqual([]);
  await expect.poll(sizes).toEqual([1]);
});

test('tells of nothing more while a batch is not taken', async () => {
  const { relay, observe, sizes, takeAll } = relayed({ everyMs: 0 });
  observe(3);
  observe(3);
  await new Promise((resolve) => setImmediate(resolve));
  expect(sizes()).toEqual([3]);
  await takeAll(relay.flush());
  expect(sizes()).toEqual([3, 3]);
});

test('keeps so many events and no more, and says how many it dropped', async () => {
  const { relay, told, observe, takeAll } = relayed();
  observe(3);
  observe(100);
  await takeAll(relay.flush());
  expect(told.flatMap(({ events }) => events)).toHaveLength(8);
  expect(told.map(({ dropped }) => dropped)).toEqual([0, 95, 0]);
});

test('has told everything, in order, when it is flushed', async () => {
  const { relay, told, observe, takeAll } = relayed({ limit: 100 });
  observe(10);
  await takeAll(relay.flush());
  expect(told.flatMap(({ events }) => events.map(({ at }) => at))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('is flushed of what was there, however much comes meanwhile', async () => {
  const { relay, observe, takes, sizes } = relayed({ limit: 100 });
  observe(3);
  let isFlushed = false;
  const flushing = relay.flush().then(() => {
    isFlushed = true;
  });
  for (let turn = 0; turn < 20 && !isFlushed; turn += 1) {
    observe(3);
    takes.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(isFlushed).toBe(true);
  await flushing;
  expect(sizes().length).toBeLessThan(5);
});
