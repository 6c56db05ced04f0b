import type { DispatcherState } from '@messaging-system/core/adapter';
import * as v from 'valibot';
import { countSchema, described } from './fields.ts';

/** The state of a dependency. */
export interface HealthReport {
  readonly ok: boolean;
  /**
   * A stable word such as `connection_refused`: lower case, digits and underscores. `/readyz` asks for no key, so anything else,
   * which might name an address, is not shown.
   */
  readonly detail?: string;
}

/** The report of a check, with nothing but a stable word for detail. */
export interface CheckJson extends HealthReport {
  /** Whether the service is not ready without it. */
  readonly required: boolean;
}

/** How the worker processes of a server stand, where delivery is theirs. */
export interface WorkersStatus {
  /** How many there should be. */
  readonly wanted: number;
  /** How many are there and ready. */
  readonly alive: number;
  /** How often one that had ended was started again. */
  readonly restarts: number;
  /** Events of theirs that were dropped, because there were too many at once. */
  readonly eventsDropped: number;
}

export const workersSchema: v.GenericSchema<WorkersStatus> = v.strictObject({
  wanted: described(countSchema, 'How many there should be.'),
  alive: described(countSchema, 'How many are there and ready.'),
  restarts: described(countSchema, 'How often one that had ended was started again.'),
  eventsDropped: described(
    countSchema,
    'Events that are in no metric, log line or stream, because there were too many at once.',
  ),
});

export interface ReadinessJson {
  readonly state: DispatcherState;
  readonly checks: Readonly<Record<string, CheckJson>>;
  /** Only where there are worker processes. They make nobody unready: messages are taken while none is there. */
  readonly workers?: WorkersStatus;
}

export const stateSchema: v.GenericSchema<DispatcherState> = v.picklist(['stopped', 'running', 'draining']);

const checkSchema = v.strictObject({
  ok: v.boolean(),
  required: v.boolean(),
  detail: v.exactOptional(v.string()),
});

export const readinessSchema: v.GenericSchema<ReadinessJson> = v.strictObject({
  state: stateSchema,
  checks: v.record(v.string(), checkSchema),
  workers: v.exactOptional(workersSchema),
});
