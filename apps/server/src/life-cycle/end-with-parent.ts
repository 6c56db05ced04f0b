import type { Clock } from '@messaging-system/core';

const LOOK_EVERY_MS = 1_000;

/**
 * Calls `onGone` when the process that started this one is gone. For npm, which hands a signal to the shell that it runs scripts in: the shell dies of it
 * without passing it on, and the server would be left running without anybody who knows of it.
 */
export async function endWithParent(clock: Clock, parentId: () => number, onGone: () => void): Promise<void> {
  const parent = parentId();
  while (parentId() === parent) await clock.sleep(LOOK_EVERY_MS);
  onGone();
}
