import { describe, expect, test } from 'vitest';
import { StopController } from '../src/dispatch/stop-controller.ts';
import { ManualClock, SeededRandom } from '../src/in-memory/index.ts';
import { SystemClock, SystemRandom } from '../src/system-clock/index.ts';
import { T0 } from './support/builders.ts';

describe('ManualClock', () => {
  test('stands still until a test moves it', async () => {
    const clock = new ManualClock();
    expect(clock.now()).toBe(T0);
    await clock.advance(5);
    expect(clock.now()).toBe(T0 + 5);
    expect(new ManualClock(7).now()).toBe(7);
  });

  test('wakes sleepers in the order of their times, and lets each finish before the next', async () => {
    const clock = new ManualClock(0);
    const seen: string[] = [];
    const sleeper = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      seen.push(`${name} ${clock.now()}`);
      await clock.sleep(10);
      seen.push(`${name} ${clock.now()}`);
    };
    void sleeper('b', 20);
    void sleeper('a', 5);
    void sleeper('c', 20);
    expect(clock.sleepers).toBe(3);
    await clock.advance(30);
    expect(seen).toEqual(['a 5', 'a 15', 'b 20', 'c 20', 'b 30', 'c 30']);
    expect(clock.sleepers).toBe(0);
  });

  test('does not let time pass while something looks at it', async () => {
    const clock = new ManualClock(0);
    let readings = 0;
    const busy = async (): Promise<void> => {
      for (; readings < 5000 && clock.now() === 0; readings += 1) await Promise.resolve();
    };
    const work = busy();
    await clock.advance(1);
    await work;
    expect(readings).toBe(5000);
  });

  test('lets time pass at last although something never comes to rest', async () => {
    const clock = new ManualClock(0);
    let isOver = false;
    const restless = async (): Promise<void> => {
      while (!isOver) {
        clock.now();
        await Promise.resolve();
      }
    };
    const work = restless();
    await clock.advance(1);
    expect(clock.now()).toBe(1);
    isOver = true;
    await work;
  });

  test('does not wait for nothing, a negative time or no number', async () => {
    const clock = new ManualClock();
    await Promise.all([clock.sleep(0), clock.sleep(-5), clock.sleep(Number.NaN)]);
    expect(clock.sleepers).toBe(0);
  });

  test('ends a sleep when the signal aborts, at once when it has, and forgets the signal afterwards', async () => {
    const clock = new ManualClock();
    const signal = new StopController();
    const sleeping = clock.sleep(1000, signal);
    expect(clock.sleepers).toBe(1);
    signal.abort();
    await sleeping;
    expect(clock.sleepers).toBe(0);
    await clock.sleep(1000, signal);
    const later = new StopController();
    const done = clock.sleep(5, later);
    await clock.advance(5);
    await done;
    later.abort();
    expect(clock.sleepers).toBe(0);
  });

  test('when it is set wakes nobody, and makes nobody sleep for longer', async () => {
    const clock = new ManualClock(1000);
    let woken = false;
    void clock.sleep(10).then(() => {
      woken = true;
    });
    clock.set(1_000_000);
    await clock.advance(9);
    expect(woken).toBe(false);
    clock.set(0);
    await clock.advance(1);
    expect(woken).toBe(true);
  });
});

describe('SystemClock', () => {
  test('tells the time of the machine', () => {
    const before = Date.now();
    const now = new SystemClock().now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  test('sleeps about as long as it is given', async () => {
    const from = performance.now();
    await new SystemClock().sleep(20);
    expect(performance.now() - from).toBeGreaterThanOrEqual(19);
  });

  test('does not wait for nothing, a negative time or no number', async () => {
    const clock = new SystemClock();
    await Promise.all([clock.sleep(0), clock.sleep(-1), clock.sleep(Number.NaN)]);
  });

  test('ends a sleep of any length when the signal aborts, also one longer than a timer can be', async () => {
    const clock = new SystemClock();
    const controller = new AbortController();
    const sleeping = Promise.all([
      clock.sleep(60_000, controller.signal),
      clock.sleep(2 ** 40, controller.signal),
      clock.sleep(Number.POSITIVE_INFINITY, controller.signal),
    ]);
    let isOver = false;
    void sleeping.then(() => {
      isOver = true;
    });
    await clock.sleep(5);
    expect(isOver).toBe(false);
    controller.abort();
    await sleeping;
    await clock.sleep(60_000, controller.signal);
  });
});

describe('SeededRandom', () => {
  test('says the same for the same seed and something else for another', () => {
    const of = (seed: number): readonly number[] => {
      const random = new SeededRandom(seed);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
  });

  test('is uniform in [0, 1)', () => {
    const random = new SeededRandom();
    const buckets = new Array<number>(10).fill(0);
    for (let n = 0; n < 20_000; n += 1) {
      const value = random.next();
      expect(value >= 0 && value < 1).toBe(true);
      const bucket = Math.floor(value * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  test('never makes a token twice, nor one of another seed', () => {
    const [one, other] = [new SeededRandom(1), new SeededRandom(2)];
    const tokens = Array.from({ length: 100 }, () => [one.token(), other.token()]).flat();
    expect(new Set(tokens).size).toBe(200);
  });
});

describe('SystemRandom', () => {
  test('makes tokens of 128 bits, no two the same', () => {
    const random = new SystemRandom();
    const tokens = Array.from({ length: 1000 }, () => random.token());
    expect(tokens.every((token) => /^[0-9a-f]{32}$/.test(token))).toBe(true);
    expect(new Set(tokens).size).toBe(1000);
    // Every one of the bits is chance: over so many tokens none stays what it is.
    const bits = Array.from(
      { length: 128 },
      (_, bit) => new Set(tokens.map((token) => (BigInt(`0x${token}`) >> BigInt(bit)) & 1n)).size,
    );
    expect(bits).toEqual(Array.from({ length: 128 }, () => 2));
  });

  test('is in [0, 1)', () => {
    const random = new SystemRandom();
    for (let n = 0; n < 1000; n += 1) {
      const value = random.next();
      expect(value >= 0 && value < 1).toBe(true);
    }
  });
});
