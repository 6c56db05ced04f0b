import type { DispatcherState, DispatchReport, StatusCounts } from '@messaging-system/core';
import * as v from 'valibot';
import { instantTextSchema } from './instant.ts';
import { stateSchema } from './readiness.ts';
import { type WorkersStatus, workersSchema } from './workers.ts';

export type BreakerJson =
  | { readonly state: 'closed'; readonly failures: number }
  /** `until` null: not before the processor is started again. */
  | { readonly state: 'open'; readonly reason: string; readonly until: string | null }
  | { readonly state: 'probing'; readonly reason: string };

/** An error that nobody expected. Its text and stack are in the log of the server. */
export interface FailureJson {
  readonly at: string | null;
  readonly during: string;
  readonly error: string;
}

/** How much is delivered how often. */
export interface PaceJson {
  readonly batchSize: number;
  readonly intervalMs: number;
  readonly drain: boolean;
  readonly nextAt: string | null;
}

/** An operator's stop for every server at the store. `by` is the name of the API key; null where it has none. */
export interface DeliveryStopJson {
  readonly at: string | null;
  readonly by: string | null;
}

/** What `GET /processor` tells: of the process that answers, and of the store that all share. */
export interface ProcessorJson {
  readonly state: DispatcherState;
  /** Null while the store is not there. */
  readonly counts: StatusCounts | null;
  /** How long the earliest due message has been waiting; null while the store is not there. */
  readonly oldestDueAgeMs: number | null;
  readonly breaker: BreakerJson;
  readonly pausedUntil: string | null;
  readonly leased: number;
  readonly inFlight: number;
  readonly lastClaimAt: string | null;
  readonly storeFault: string | null;
  readonly failure: FailureJson | null;
  readonly clockOffsetMs: number;
  readonly pace: PaceJson | null;
  /** Null: the process that answers delivers itself. */
  readonly workers: WorkersStatus | null;
  /** There only while delivery is stopped for every server at the store. */
  readonly deliveryStop?: DeliveryStopJson;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const instant = v.nullable(instantTextSchema);
const statusCount = v.strictObject({
  count,
  exact: v.pipe(v.boolean(), v.description('False when there are more than `count`, or about so many.')),
});

export const breakerSchema: v.GenericSchema<BreakerJson> = v.variant('state', [
  v.strictObject({ state: v.literal('closed'), failures: count }),
  v.strictObject({ state: v.literal('open'), reason: v.string(), until: instant }),
  v.strictObject({ state: v.literal('probing'), reason: v.string() }),
]);

export const countsSchema: v.GenericSchema<StatusCounts> = v.strictObject({
  unsent: statusCount,
  sent: statusCount,
  failed: statusCount,
  unknown: statusCount,
  cancelled: statusCount,
});

const deliveryStopSchema: v.GenericSchema<DeliveryStopJson> = v.strictObject({
  at: instant,
  by: v.pipe(v.nullable(v.string()), v.description('The name of the API key; null where it has none.')),
});

export const standingStopSchema: v.GenericSchema<{ readonly deliveryStop: DeliveryStopJson | null }> =
  v.strictObject({ deliveryStop: v.nullable(deliveryStopSchema) });

export const processorSchema: v.GenericSchema<ProcessorJson> = v.strictObject({
  state: stateSchema,
  counts: v.pipe(v.nullable(countsSchema), v.description('Null while the store is not there.')),
  oldestDueAgeMs: v.pipe(
    v.nullable(v.number()),
    v.description('How long the earliest due message has been waiting; null while the store is not there.'),
  ),
  breaker: breakerSchema,
  pausedUntil: v.pipe(instant, v.description('The receiver asked for a pause of claiming until then.')),
  leased: v.pipe(count, v.description('Claimed and not yet settled or released.')),
  inFlight: v.pipe(count, v.description('Sends under way, or finished and not yet stored.')),
  lastClaimAt: instant,
  storeFault: v.pipe(
    v.nullable(v.string()),
    v.description('The code of the fault, while the store has one.'),
  ),
  failure: v.pipe(
    v.nullable(v.strictObject({ at: instant, during: v.string(), error: v.string() })),
    v.description(
      'The last unexpected error since the start, such as a bug of an adapter; the log has its stack.',
    ),
  ),
  clockOffsetMs: v.pipe(v.number(), v.description('How far the clock of this process is corrected.')),
  pace: v.pipe(
    v.nullable(
      v.strictObject({
        batchSize: count,
        intervalMs: count,
        drain: v.pipe(
          v.boolean(),
          v.description('True: each is delivered when it is due, and the batch size limits nothing.'),
        ),
        nextAt: v.pipe(
          instant,
          v.description('When due messages are looked for next, at the latest; null while they are.'),
        ),
      }),
    ),
    v.description('How much is delivered how often; null where nothing delivers.'),
  ),
  workers: v.pipe(
    v.nullable(workersSchema),
    v.description(
      'The worker processes, of which all the rest is then the sum; null: the process that answers delivers itself.',
    ),
  ),
  deliveryStop: v.exactOptional(
    v.pipe(
      deliveryStopSchema,
      v.description('There only while delivery is stopped for every server at the store.'),
    ),
  ),
});

export const processorMessageSchema: v.GenericSchema<{ readonly message: string }> = v.strictObject({
  message: v.picklist(['message processor started', 'message processor stopped']),
});

export const dispatchReportSchema: v.GenericSchema<DispatchReport> = v.strictObject({
  claimed: v.pipe(count, v.description('Each is counted in exactly one of the others.')),
  sent: count,
  recalled: v.pipe(count, v.description('Not sent: an earlier delivery was known of.')),
  retried: v.pipe(count, v.description('Not delivered, or outcome unknown; sent again later.')),
  failed: count,
  unknown: v.pipe(count, v.description('Outcome unknown; held for an operator.')),
  released: count,
  lost: v.pipe(count, v.description('The lease was lost before the result could be stored.')),
});
