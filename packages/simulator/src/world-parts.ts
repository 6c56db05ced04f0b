import type { MessageRepository, SentCache } from '@messaging-system/core/adapter';
import type { ReferenceModel } from './model/reference-model.ts';
import type { WorldPlan } from './plan/world-plan.ts';
import type { Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';
import type { Report } from './violations.ts';
import type { WorldStatistics } from './world-statistics.ts';

/** The parts that the rules of a world use too. */
export interface WorldParts {
  readonly plan: WorldPlan;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly model: ReferenceModel;
  readonly statistics: WorldStatistics;
  readonly report: Report;
  readonly repository: MessageRepository;
  readonly sentCache: SentCache | null;
  /** Of the store; see `WorldStore`. */
  readonly claimWindow: number;
}
