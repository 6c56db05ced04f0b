import type { DispatcherStatus, StatusCounts } from '@messaging-system/core';
import type { BreakerStatus, DeliveryStop, DispatchReport } from '@messaging-system/core/adapter';
import * as v from 'valibot';
import { countSchema, described } from '../json/fields.ts';
import { type AsText, formatInstant, instantTextSchema } from '../json/instant.ts';
import { stateSchema, type WorkersStatus, workersSchema } from '../json/readiness-json.ts';
import type { ProcessorStatus } from '../use-cases.ts';

export type BreakerJson =
  | Exclude<BreakerStatus, { readonly state: 'open' }>
  /** `until` null: not before the processor is started again. */
  | AsText<Extract<BreakerStatus, { readonly state: 'open' }>, 'until'>;

/** An error that nobody expected. Its text and stack are in the log of the server. */
type FailureJson = AsText<NonNullable<DispatcherStatus['failure']>, 'at'>;

/** How much is delivered how often. */
export type PaceJson = AsText<NonNullable<DispatcherStatus['pace']>, 'nextAt'>;

/** An operator's stop for every server at the store. `by` is the name of the API key; null where it has none. */
type DeliveryStopJson = AsText<DeliveryStop, 'at'>;

type InstantField = 'pausedUntil' | 'lastClaimAt';

/** The answer of `GET /processor`: the process that answers, and the store that all share. */
export interface ProcessorJson
  extends AsText<Omit<DispatcherStatus, 'breaker' | 'failure' | 'pace'>, InstantField> {
  /** Null while the store is not there. */
  readonly counts: StatusCounts | null;
  /** How long the earliest due message has been waiting; null while the store is not there. */
  readonly oldestDueAgeMs: number | null;
  readonly breaker: BreakerJson;
  readonly failure: FailureJson | null;
  readonly pace: PaceJson | null;
  /** Null: the process that answers delivers itself. */
  readonly workers: WorkersStatus | null;
  /** There only while delivery is stopped for every server at the store. */
  readonly deliveryStop?: DeliveryStopJson;
}

const statusCount = v.strictObject({
  count: countSchema,
  exact: described(v.boolean(), 'False when there are more than `count`, or about so many.'),
});

export const breakerSchema: v.GenericSchema<BreakerJson> = v.variant('state', [
  v.strictObject({
    state: v.literal('closed'),
    failures: described(countSchema, 'In a row, until now.'),
    reason: described(v.exactOptional(v.string()), 'Why the last one failed. Absent without failures.'),
  }),
  v.strictObject({ state: v.literal('open'), reason: v.string(), until: instantTextSchema }),
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
  at: instantTextSchema,
  by: described(v.nullable(v.string()), 'The name of the API key; null where it has none.'),
});

export const standingStopSchema: v.GenericSchema<{ readonly deliveryStop: DeliveryStopJson | null }> =
  v.strictObject({ deliveryStop: v.nullable(deliveryStopSchema) });

export const processorSchema: v.GenericSchema<ProcessorJson> = v.strictObject({
  state: stateSchema,
  counts: described(v.nullable(countsSchema), 'Null while the store is not there.'),
  oldestDueAgeMs: described(
    v.nullable(v.number()),
    'How long the earliest due message has been waiting; null while the store is not there.',
  ),
  breaker: breakerSchema,
  pausedUntil: described(instantTextSchema, 'The receiver asked for a pause of claiming until then.'),
  leased: described(countSchema, 'Claimed and not yet settled or released.'),
  inFlight: described(countSchema, 'Sends under way, or finished and not yet stored.'),
  lastClaimAt: instantTextSchema,
  storeFault: described(v.nullable(v.string()), 'The code of the fault, while the store has one.'),
  failure: described(
    v.nullable(v.strictObject({ at: instantTextSchema, during: v.string(), error: v.string() })),
    'The last unexpected error since the start, such as a bug of an adapter; the log has its stack.',
  ),
  clockOffsetMs: described(v.number(), 'How far the clock of this process is corrected.'),
  pace: described(
    v.nullable(
      v.strictObject({
        batchSize: countSchema,
        intervalMs: countSchema,
        drain: described(
          v.boolean(),
          'True: each is delivered when it is due, and the batch size limits nothing.',
        ),
        nextAt: described(
          instantTextSchema,
          'When due messages are looked for next, at the latest; null while they are.',
        ),
      }),
    ),
    'How much is delivered how often; null where nothing delivers.',
  ),
  workers: described(
    v.nullable(workersSchema),
    'The worker processes, of which all the rest is then the sum; null: the process that answers delivers itself.',
  ),
  deliveryStop: v.exactOptional(
    described(deliveryStopSchema, 'There only while delivery is stopped for every server at the store.'),
  ),
});

export const processorMessageSchema: v.GenericSchema<{ readonly message: string }> = v.strictObject({
  message: v.picklist(['message processor started', 'message processor stopped']),
});

export const dispatchReportSchema: v.GenericSchema<DispatchReport> = v.strictObject({
  claimed: described(countSchema, 'Each is counted in exactly one of the others.'),
  sent: countSchema,
  recalled: described(countSchema, 'Not sent: an earlier delivery was known of.'),
  retried: described(countSchema, 'Not delivered, or outcome unknown; sent again later.'),
  failed: countSchema,
  unknown: described(countSchema, 'Outcome unknown; held for an operator.'),
  released: countSchema,
  lost: described(countSchema, 'The lease was lost before the result could be stored.'),
});

/** The dispatcher's own status, as JSON. */
export function dispatcherJson(status: ProcessorStatus): Omit<ProcessorJson, 'counts' | 'oldestDueAgeMs'> {
  return {
    state: status.state,
    breaker: breakerJson(status.breaker),
    pausedUntil: formatInstant(status.pausedUntil),
    leased: status.leased,
    inFlight: status.inFlight,
    lastClaimAt: formatInstant(status.lastClaimAt),
    storeFault: status.storeFault,
    failure: status.failure && { ...status.failure, at: formatInstant(status.failure.at) },
    clockOffsetMs: status.clockOffsetMs,
    pace: status.pace && { ...status.pace, nextAt: formatInstant(status.pace.nextAt) },
    workers: status.workers ?? null,
  };
}

export function deliveryStopJson({ at, by }: DeliveryStop): DeliveryStopJson {
  return { at: formatInstant(at), by };
}

function breakerJson(breaker: BreakerStatus): BreakerJson {
  return breaker.state === 'open' ? { ...breaker, until: formatInstant(breaker.until) } : breaker;
}
