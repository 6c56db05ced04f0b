import type { MessageRepository, SentCache } from '@messaging-system/core/adapter';
import type { Chance } from './chance.ts';
import type { ReferenceModel } from './model/reference-model.ts';
import type { FaultInjector } from './plan/fault-injector.ts';
import type { WorldPlan } from './plan/world-plan.ts';
import type { CallRules } from './rules/call-rules.ts';
import type { ProcessRules } from './rules/process-rules.ts';
import type { SendRules } from './rules/send-rules.ts';
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

/** Everything that the parts of one world share. */
export interface WorldContext extends WorldParts {
  readonly chance: Chance;
  readonly faults: FaultInjector;
  readonly sends: SendRules;
  readonly calls: CallRules;
  readonly processes: ProcessRules;
}
