import type { Clock } from '@messaging-system/core';

const LOOK_EVERY_MS = 1_000;

/**
 * Resolves when the process that started this one is gone. For npm, which hands a signal to the shell that it runs
 * scripts in: the shell dies of it without passing it on, and the server would be left running alone.
 */
export async function untilParentGone(clock: Clock, parentId: () => number): Promise<void> {
  const parent = parentId();
  while (parentId() === parent) await clock.sleep(LOOK_EVERY_MS);
}
