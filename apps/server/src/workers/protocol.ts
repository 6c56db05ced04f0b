import type { DispatcherStatus, DispatchOnceResult } from '@messaging-system/core';
import * as v from 'valibot';
import type { WebhookTarget } from '../config/webhook-target.ts';
import type { WireConfig } from './wire.ts';
import { isWireEvent, isWireFault, type WireEvent, type WireFault } from './wire.ts';

/** The data that a worker needs before it can open anything. */
export interface WorkerSetup {
  readonly config: WireConfig;
  /** Where messages go; the sandbox is in the main process, whose port the configuration need not know. */
  readonly target: WebhookTarget;
  /** Whether it begins to deliver as soon as it can. */
  readonly starts: boolean;
  /** The number of the last command that was given to all. */
  readonly command: number;
}

/** A message from the main process to a worker. */
export type ToWorker =
  /** The first; nothing is done before it. */
  | { readonly kind: 'open'; readonly setup: WorkerSetup }
  | { readonly kind: 'start' | 'stop'; readonly command: number }
  | { readonly kind: 'wake' }
  /** Answered with `dispatched` of the same id. */
  | { readonly kind: 'dispatch'; readonly id: number }
  /** Drain, close everything and exit. */
  | { readonly kind: 'end' };

/** A message from a worker to the main process. */
export type FromWorker =
  /** It could not be opened, and exits. */
  | { readonly kind: 'failed'; readonly fault: WireFault }
  | Report
  | { readonly kind: 'dispatched'; readonly id: number; readonly answer: DispatchAnswer };

/** Twice a second, and with events sooner. */
export interface Report {
  readonly kind: 'report';
  /** Null until it can deliver. */
  readonly status: DispatcherStatus | null;
  /** The number of the last command that the status knows of. */
  readonly command: number;
  readonly events: readonly WireEvent[];
  /** How many events were left out since the last report. */
  readonly dropped: number;
}

export type DispatchAnswer =
  | { readonly kind: 'result'; readonly result: DispatchOnceResult }
  | { readonly kind: 'fault'; readonly fault: WireFault };

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const instant = v.nullable(v.number());
const fault = v.custom<WireFault>(isWireFault);

const toWorker: v.GenericSchema<unknown, ToWorker> = v.variant('kind', [
  v.strictObject({
    kind: v.literal('open'),
    setup: v.strictObject({
      // Made by the same build out of values that were checked: the schemas of the settings read what people write, not this.
      config: v.custom<WireConfig>((given) => typeof given === 'object' && given !== null),
      target: v.strictObject({ url: v.string(), isSandbox: v.boolean() }),
      starts: v.boolean(),
      command: count,
    }),
  }),
  v.strictObject({ kind: v.picklist(['start', 'stop']), command: count }),
  v.strictObject({ kind: v.literal('wake') }),
  v.strictObject({ kind: v.literal('dispatch'), id: count }),
  v.strictObject({ kind: v.literal('end') }),
]);

const status: v.GenericSchema<unknown, DispatcherStatus> = v.strictObject({
  state: v.picklist(['stopped', 'running', 'draining']),
  breaker: v.variant('state', [
    v.strictObject({ state: v.literal('closed'), failures: count, reason: v.exactOptional(v.string()) }),
    v.strictObject({ state: v.literal('open'), reason: v.string(), until: instant }),
    v.strictObject({ state: v.literal('probing'), reason: v.string() }),
  ]),
  pausedUntil: instant,
  leased: count,
  inFlight: count,
  lastClaimAt: instant,
  storeFault: v.nullable(v.string()),
  failure: v.nullable(v.strictObject({ at: v.number(), during: v.string(), error: v.string() })),
  clockOffsetMs: v.number(),
  pace: v.nullable(
    v.strictObject({ batchSize: count, intervalMs: count, drain: v.boolean(), nextAt: instant }),
  ),
});

const dispatchResult: v.GenericSchema<unknown, DispatchOnceResult> = v.variant('kind', [
  v.strictObject({
    kind: v.literal('dispatched'),
    report: v.strictObject({
      claimed: count,
      sent: count,
      recalled: count,
      retried: count,
      failed: count,
      unknown: count,
      released: count,
      lost: count,
    }),
  }),
  v.strictObject({ kind: v.literal('busy') }),
  v.strictObject({ kind: v.literal('paused'), reason: v.string(), until: instant }),
]);

const fromWorker: v.GenericSchema<unknown, FromWorker> = v.variant('kind', [
  v.strictObject({ kind: v.literal('failed'), fault }),
  v.strictObject({
    kind: v.literal('report'),
    status: v.nullable(status),
    command: count,
    // Thousands a second: looked at by hand, and no deeper than tells an event from something else.
    events: v.custom<readonly WireEvent[]>((given) => Array.isArray(given) && given.every(isWireEvent)),
    dropped: count,
  }),
  v.strictObject({
    kind: v.literal('dispatched'),
    id: count,
    answer: v.variant('kind', [
      v.strictObject({ kind: v.literal('result'), result: dispatchResult }),
      v.strictObject({ kind: v.literal('fault'), fault }),
    ]),
  }),
]);

/** Null for anything else. */
export function parseToWorker(given: unknown): ToWorker | null {
  const result = v.safeParse(toWorker, given);
  return result.success ? result.output : null;
}

/** Null for anything else. */
export function parseFromWorker(given: unknown): FromWorker | null {
  const result = v.safeParse(fromWorker, given);
  return result.success ? result.output : null;
}
