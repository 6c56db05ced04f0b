import type { DispatcherState } from '@messaging-system/core';
import * as v from 'valibot';
import { type WorkersStatus, workersSchema } from './workers.ts';

export interface CheckJson {
  readonly ok: boolean;
  /** Whether the service is not ready without it. */
  readonly required: boolean;
  /** A stable word. */
  readonly detail?: string;
}

export interface ReadinessJson {
  readonly state: DispatcherState;
  readonly checks: Readonly<Record<string, CheckJson>>;
  /** Only where there are worker processes. They make nobody unready: messages are taken while none is there. */
  readonly workers?: WorkersStatus;
}

const checkSchema = v.strictObject({
  ok: v.boolean(),
  required: v.boolean(),
  detail: v.exactOptional(v.string()),
});

export const stateSchema: v.GenericSchema<DispatcherState> = v.picklist(['stopped', 'running', 'draining']);

export const readinessSchema: v.GenericSchema<ReadinessJson> = v.strictObject({
  state: stateSchema,
  checks: v.record(v.string(), checkSchema),
  workers: v.exactOptional(workersSchema),
});
