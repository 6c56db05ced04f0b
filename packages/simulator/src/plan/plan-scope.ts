import type { Dice } from '../dice.ts';
import type { Theme } from './theme.ts';
import type { WorldPlan } from './world-plan.ts';

/** What a plan is made from. */
export interface PlanScope {
  readonly dice: Dice;
  readonly theme: Theme;
  readonly processCount: number;
  readonly messageCount: number;
  readonly chaosMs: number;
  readonly options: WorldPlan['options'];
}
