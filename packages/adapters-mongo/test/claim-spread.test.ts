import { SeededRandom } from '@messaging-system/core/in-memory';
import { describe, expect, test } from 'vitest';
import { CLAIM_WINDOW, ClaimSpread } from '../src/due-order.ts';

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

describe('where a claimant takes its batch', () => {
  test('is the head while nobody collides', () => {
    const spread = new ClaimSpread(new SeededRandom());
    expect(spread.reach(10)).toBe(10);
    expect(spread.pick(range(10), 3)).toEqual([0, 1, 2]);
  });

  test('is one of ever more batches while claimants collide', () => {
    const spread = new ClaimSpread(new SeededRandom());
    const reaches = range(6).map(() => {
      spread.learn(true);
      return spread.reach(2);
    });
    expect(reaches).toEqual([4, 8, 16, 32, 32, 32]);
    const starts = new Set(range(200).map(() => spread.pick(range(32), 2)[0]));
    expect(starts.size).toBe(16);
  });

  test('leaves no more behind than the window, whatever the limit', () => {
    for (const limit of [1, 2, 7, 100, 1000]) {
      const spread = new ClaimSpread(new SeededRandom(limit));
      for (const _ of range(10)) spread.learn(true);
      const found = range(spread.reach(limit));
      for (const _ of range(50)) {
        const picked = spread.pick(found, limit);
        expect(picked.length).toBeGreaterThan(0);
        expect(picked[0] ?? 0).toBeLessThanOrEqual(CLAIM_WINDOW);
      }
    }
  });

  test('is the head again after a while without collisions', () => {
    const spread = new ClaimSpread(new SeededRandom());
    for (const _ of range(4)) spread.learn(true);
    for (const _ of range(64)) spread.learn(false);
    expect(spread.reach(2)).toBe(2);
  });

  test('takes nothing where nothing was found or asked for', () => {
    const spread = new ClaimSpread(new SeededRandom());
    spread.learn(true);
    expect(spread.pick([], 2)).toEqual([]);
    expect(spread.pick(range(3), 0)).toEqual([]);
  });
});
