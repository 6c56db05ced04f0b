import { expect, test } from 'vitest';
import { restartDelayMs } from '../../src/workers/worker-slot.ts';

test('doubles from a tenth of a second to ten seconds, and no further', () => {
  expect([0, 1, 2, 6, 7, 2_000].map(restartDelayMs)).toEqual([100, 200, 400, 6_400, 10_000, 10_000]);
});
