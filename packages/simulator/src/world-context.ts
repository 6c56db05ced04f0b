import type { Chance } from './chance.ts';
import type { FaultInjector } from './plan/fault-injector.ts';
import type { CallRules } from './rules/call-rules.ts';
import type { ProcessRules } from './rules/process-rules.ts';
import type { SendRules } from './rules/send-rules.ts';
import type { WorldParts } from './world-parts.ts';

/** Everything that the parts of one world share. */
export interface WorldContext extends WorldParts {
  readonly chance: Chance;
  readonly faults: FaultInjector;
  readonly sends: SendRules;
  readonly calls: CallRules;
  readonly processes: ProcessRules;
}
