import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '@messaging-system/core';
import { ManualClock } from '@messaging-system/core/in-memory';
import { SystemClock } from '@messaging-system/core/system-clock';
import type { ClockHarness } from '../../src/index.ts';

export async function openManualClock(
  open: (reference: ManualClock) => Clock = (reference) => reference,
): Promise<ClockHarness> {
  const reference = new ManualClock();
  return {
    clock: open(reference),
    pass: (ms) => reference.advance(ms),
    set: (now) => reference.set(now),
    close: async () => undefined,
  };
}

export async function openSystemClock(): Promise<ClockHarness> {
  return {
    clock: new SystemClock(),
    pass: (ms) => wait(ms),
    close: async () => undefined,
  };
}
