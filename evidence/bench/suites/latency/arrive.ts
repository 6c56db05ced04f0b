import { setTimeout as sleep } from 'node:timers/promises';

const TICK_MS = 1;

export interface Rate {
  readonly perSecond: number;
  readonly seconds: number;
}

/** Enqueues at a rate, at times as random as those of independent callers. Answers with how many, when all are stored. */
export async function arrive({ perSecond, seconds }: Rate, enqueue: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  const enqueued: Promise<void>[] = [];
  let nextAt = 0;
  while (nextAt < seconds * 1000) {
    const elapsed = performance.now() - startedAt;
    while (nextAt <= elapsed && nextAt < seconds * 1000) {
      enqueued.push(enqueue());
      nextAt += (-Math.log(1 - Math.random()) / perSecond) * 1000;
    }
    await sleep(TICK_MS);
  }
  await Promise.all(enqueued);
  return enqueued.length;
}
