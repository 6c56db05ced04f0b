import type { Dice } from '../dice.ts';
import type { Theme } from './theme.ts';
import type { WorldPlan } from './world-plan.ts';

/** The input of a plan. */
export interface PlanScope {
  readonly dice: Dice;
  readonly theme: Theme;
  readonly processCount: number;
  readonly messageCount: number;
  readonly chaosMs: number;
  readonly options: WorldPlan['options'];
}

/** Options in proportion to the defaults, but short, so that a world has many leases, retries and pauses in few steps. */
export function planOptions(dice: Dice, theme: Theme): WorldPlan['options'] {
  const drain = dice.odds(0.5);
  const sendTimeoutMs = dice.int(300, 1_500);
  return {
    drain,
    sendTimeoutMs,
    leaseMs: sendTimeoutMs + dice.pick(theme.leaseMarginMs) + dice.int(0, 200),
    intervalMs: drain ? dice.int(500, 3_000) : dice.int(300, 2_000),
    batchSize: dice.int(theme.fewestInBatch, 8),
    concurrency: dice.int(1, theme.mostConcurrency),
    storeTimeoutMs: dice.int(300, 2_500),
    drainDeadlineMs: dice.pick(theme.drainDeadlineMs),
    retry: {
      maxAttempts: dice.int(1, 6),
      baseDelayMs: dice.int(0, 800),
      factor: dice.int(1, 3),
      maxDelayMs: 4_000,
      maxRetryAfterMs: 2_000,
    },
    breaker: { failureThreshold: dice.pick([0, 2, 3, 5, 10]), cooldownMs: dice.int(200, 3_000) },
    ratePerSecond: dice.odds(0.3) ? dice.int(2, 20) : null,
  };
}
