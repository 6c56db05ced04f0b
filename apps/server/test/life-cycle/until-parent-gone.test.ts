import { ManualClock } from '@messaging-system/core/in-memory';
import { expect, test } from 'vitest';
import { untilParentGone } from '../../src/life-cycle/until-parent-gone.ts';

test('tells that the parent is gone within a second of it, and not before', async () => {
  const clock = new ManualClock();
  let parentId = 42;
  let isGone = false;
  const watching = untilParentGone(clock, () => parentId).then(() => {
    isGone = true;
  });
  await clock.advance(60_000);
  expect(isGone).toBe(false);
  parentId = 1;
  await clock.advance(1_000);
  expect(isGone).toBe(true);
  await watching;
});
