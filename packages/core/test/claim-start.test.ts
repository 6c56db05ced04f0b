import { describe, expect, test } from 'vitest';
import { ClaimStart, THOROUGH_TURN } from '../src/adapter.ts';

const MARGIN_MS = 5_000;
const NOW = 1_000_000;

/** Has filled a claim whose first message was due at `first`. */
function filled(first: number, elapsed?: () => number): ClaimStart {
  const start = new ClaimStart(elapsed);
  start.learn({ now: NOW, first, isFilled: true });
  return start;
}

describe('where a claim begins to search', () => {
  test('is the very beginning for the first claim', () => {
    expect(new ClaimStart().ofClaim(1)).toBeNull();
    expect(new ClaimStart().ofNextDue()).toBeNull();
  });

  test('is a little before the first message of the claim before', () => {
    expect(filled(500_000).ofClaim(2)).toBe(500_000 - MARGIN_MS);
    expect(filled(500_000).ofNextDue()).toBe(500_000 - MARGIN_MS);
  });

  test('is the very beginning in one of sixteen claims, and in one of sixteen looks for the next due time', () => {
    const start = filled(500_000);
    const turns = Array.from({ length: 2 * THOROUGH_TURN }, (_, index) => index + 1);
    expect(turns.filter((turn) => start.ofClaim(turn) === null)).toEqual([THOROUGH_TURN, 2 * THOROUGH_TURN]);
    expect(turns.filter(() => start.ofNextDue() === null)).toHaveLength(2);
  });

  test('is the very beginning after a claim that came up short', () => {
    const start = filled(500_000);
    start.learn({ now: NOW, first: 600_000, isFilled: false });
    expect(start.ofClaim(2)).toBeNull();
  });

  test('is before the present where nothing was found', () => {
    const start = filled(500_000);
    start.learn({ now: NOW, first: null, isFilled: false });
    expect(start.ofNextDue()).toBe(NOW - MARGIN_MS);
  });

  test('is not behind what this process has stored, or given back', () => {
    const start = filled(500_000);
    start.arrived(700_000);
    expect(start.ofClaim(2)).toBe(500_000 - MARGIN_MS);
    start.arrived(100_000);
    expect(start.ofClaim(2)).toBe(100_000 - MARGIN_MS);
    start.forget();
    expect(start.ofClaim(2)).toBeNull();
  });

  test('is seldom the very beginning where that takes long', () => {
    let elapsed = 0;
    const start = filled(500_000, () => elapsed);
    start.learn({ now: NOW, first: 500_000, isFilled: false, thoroughMs: 200 });
    expect(start.mayBeThorough()).toBe(false);
    expect(start.ofClaim(THOROUGH_TURN)).toBe(500_000 - MARGIN_MS);
    elapsed = 20 * 200;
    expect(start.mayBeThorough()).toBe(true);
    expect(start.ofClaim(THOROUGH_TURN)).toBeNull();
  });

  test('is the very beginning again and again where that takes no time', () => {
    const start = filled(500_000, () => 0);
    start.learn({ now: NOW, first: 500_000, isFilled: false, thoroughMs: 20 });
    expect(start.mayBeThorough()).toBe(true);
  });
});
