import { describe, expect, test } from 'vitest';
import { faultBackoffMs } from '../src/dispatch/store-guard.ts';
import { DEFAULT_RETRY_POLICY, retryDelayMs } from '../src/policy/retry-policy.ts';

const ALMOST_ONE = 1 - Number.EPSILON;

describe('retryDelayMs', () => {
  test('grows by the factor and is capped', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7].map((attempt) =>
      Math.round(retryDelayMs(DEFAULT_RETRY_POLICY, attempt, ALMOST_ONE) / 1000),
    );
    expect(longest).toEqual([5, 25, 125, 625, 3125, 15_625, 36_000]);
  });

  test('with the defaults takes at most 15.4 hours over eight attempts, half of it on average', () => {
    const sum = (chance: number): number =>
      [1, 2, 3, 4, 5, 6, 7].reduce((ms, n) => ms + retryDelayMs(DEFAULT_RETRY_POLICY, n, chance), 0);
    expect(sum(ALMOST_ONE) / 3_600_000).toBeCloseTo(15.4, 1);
    expect(sum(0.5) / 3_600_000).toBeCloseTo(7.7, 1);
  });

  test('is uniform from nothing to the bound (full jitter)', () => {
    expect([0, 0.25, 0.5, 0.75].map((chance) => retryDelayMs(DEFAULT_RETRY_POLICY, 2, chance))).toEqual([
      0, 6_250, 12_500, 18_750,
    ]);
  });

  test('is never less than the receiver asked for, up to the policy', () => {
    expect(retryDelayMs(DEFAULT_RETRY_POLICY, 1, 0, 60_000)).toBe(60_000);
    expect(retryDelayMs(DEFAULT_RETRY_POLICY, 3, ALMOST_ONE, 60_000)).toBe(124_999);
    expect(retryDelayMs(DEFAULT_RETRY_POLICY, 1, 0, 86_400_000)).toBe(3_600_000);
    expect(retryDelayMs(DEFAULT_RETRY_POLICY, 1, 0, Number.POSITIVE_INFINITY)).toBe(3_600_000);
    expect(retryDelayMs(DEFAULT_RETRY_POLICY, 1, 0, -5)).toBe(0);
  });

  test('stays a number, however many attempts there were', () => {
    expect(retryDelayMs(DEFAULT_RETRY_POLICY, 10_000, 0.5)).toBe(18_000_000);
    expect(retryDelayMs({ ...DEFAULT_RETRY_POLICY, baseDelayMs: 0 }, 10_000, 0.5)).toBe(0);
  });
});

describe('faultBackoffMs', () => {
  test('doubles from a tenth of a second to one and a half', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8, 1_000_000].map((faults) => faultBackoffMs(faults, 1));
    expect(longest).toEqual([100, 200, 400, 800, 1500, 1500, 1500, 1500, 1500]);
  });

  test('is random in its upper half, so never nothing', () => {
    expect([0, 0.5, 1].map((chance) => faultBackoffMs(1, chance))).toEqual([50, 75, 100]);
    expect([0, 0.5, 1].map((chance) => faultBackoffMs(99, chance))).toEqual([750, 1125, 1500]);
  });
});
