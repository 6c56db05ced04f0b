import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fewest } from '../src/shrink/fewest.ts';

const includesAll = (needed: readonly number[]) => async (some: readonly number[]) =>
  needed.every((one) => some.includes(one));

describe('fewest', () => {
  test('finds exactly the items that the failure needs, in their order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .uniqueArray(fc.nat(50), { maxLength: 20 })
          .chain((items) => fc.tuple(fc.constant(items), fc.subarray(items))),
        async ([items, needed]) => {
          expect(await fewest(items, includesAll(needed))).toEqual(needed);
        },
      ),
    );
  });

  test('leaves a failure of which no item can be left out, whatever makes it fail', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 6 }),
        async (count, least) => {
          const items = Array.from({ length: count }, (_, index) => index);
          const fails = async (some: readonly number[]): Promise<boolean> =>
            some.length >= Math.min(least, count);
          expect(await fewest(items, fails)).toHaveLength(Math.min(least, count));
        },
      ),
    );
  });

  test('stops asking after so many runs, with something that fails', async () => {
    let runs = 0;
    const left = await fewest(
      Array.from({ length: 100 }, (_, index) => index),
      async (some) => {
        runs += 1;
        return includesAll([3, 50, 97])(some);
      },
      10,
    );
    expect(runs).toBeLessThanOrEqual(10);
    expect(left).toEqual(expect.arrayContaining([3, 50, 97]));
  });
});
