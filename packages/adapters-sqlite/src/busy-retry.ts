import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@messaging-system/core';
import { isBusy } from './error-mapping.ts';

export interface BusyPolicy {
  /** How long a lock that is held elsewhere is waited for, in all. */
  readonly lockWaitMs: number;
  readonly random: Random;
}

const LONGEST_DELAY_MS = 25;

/**
 * Repeats work that found the file locked, with a growing, jittered delay between tries. The event loop is free during
 * the delays. What is thrown after `lockWaitMs` is the driver's own fault.
 */
export async function retryWhileBusy<T>(work: () => T, policy: BusyPolicy): Promise<T> {
  // Monotonic: a clock that is set must not shorten or lengthen the wait.
  const giveUpAt = performance.now() + policy.lockWaitMs;
  for (let tries = 1; ; tries += 1) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= giveUpAt) throw error;
    }
    await sleep(1 + policy.random.next() * Math.min(2 ** tries, LONGEST_DELAY_MS));
  }
}
