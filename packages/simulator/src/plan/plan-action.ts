import type { Action } from './disturbance.ts';
import type { PlanScope } from './plan-options.ts';

const DAY_MS = 86_400_000;

export function planAction({ dice, theme, processCount, messageCount, chaosMs }: PlanScope): Action {
  const atMs = dice.int(0, chaosMs);
  const message = dice.int(0, messageCount - 1);
  const process = dice.int(0, processCount - 1);
  const kind = dice.weighted(theme.actions);
  switch (kind) {
    case 'enqueue':
      return { kind, atMs, message: dice.odds(0.6) ? message : null };
    case 'redrive_matching':
      return { kind, atMs, status: dice.pick(['failed', 'unknown']) };
    case 'prune':
      return { kind, atMs, aheadMs: dice.pick([0, 2 * DAY_MS, 100 * DAY_MS, 5 * 365 * DAY_MS]) };
    case 'stop':
      return { kind, atMs, process, startAfterMs: dice.odds(0.3) ? 0 : dice.int(1, 6_000) };
    case 'start':
      return { kind, atMs, process };
    case 'dispatch_once':
      return { kind, atMs, process, stops: dice.odds(0.5) };
    case 'cancel':
    case 'redrive':
      return { kind, atMs, message };
  }
}
