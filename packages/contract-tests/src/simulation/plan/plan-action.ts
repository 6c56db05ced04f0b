import type { Action } from './disturbance.ts';
import type { PlanScope } from './plan-fault.ts';

export function planAction({ dice, processCount, messageCount, chaosMs }: PlanScope): Action {
  const atMs = dice.int(0, chaosMs);
  const message = dice.int(0, messageCount - 1);
  const process = dice.int(0, processCount - 1);
  const kind = dice.weighted<Action['kind']>([
    ['enqueue', 2],
    ['cancel', 2],
    ['redrive', 2],
    ['redrive_matching', 1],
    ['stop', 4],
    ['start', 1],
    ['dispatch_once', 2],
  ]);
  switch (kind) {
    case 'enqueue':
      return { kind, atMs, message: dice.odds(0.6) ? message : null };
    case 'redrive_matching':
      return { kind, atMs, status: dice.pick(['failed', 'unknown']) };
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
