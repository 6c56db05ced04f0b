import type { Clock } from '@messaging-system/core';
import type { Closable } from '../define-contract.ts';

export interface ClockHarness extends Closable {
  readonly clock: Clock;
  /** Lets this much time pass for the clock: by moving a manual one, or by really waiting. */
  pass(ms: number): Promise<void>;
  /** Sets the clock as an administrator would. Absent where a test cannot. */
  set?(now: number): void;
}
