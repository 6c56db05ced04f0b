import type { DispatcherStatus, DispatchOnceResult } from '@messaging-system/core';
import type { WebhookTarget } from '../config/webhook-target.ts';
import type { WireConfig, WireEvent, WireFault } from './wire.ts';

/** What a worker needs to know before it can open anything. */
export interface WorkerSetup {
  readonly config: WireConfig;
  /** Where messages go; the sandbox is in the main process, whose port the configuration need not know. */
  readonly target: WebhookTarget;
  /** Whether it begins to deliver as soon as it can. */
  readonly starts: boolean;
  /** The number of the last command that was given to all. */
  readonly command: number;
}

/** What the main process says to a worker. */
export type ToWorker =
  /** The first; nothing is done before it. */
  | { readonly kind: 'open'; readonly setup: WorkerSetup }
  | { readonly kind: 'start' | 'stop'; readonly command: number }
  | { readonly kind: 'wake' }
  /** Answered with `dispatched` of the same id. */
  | { readonly kind: 'dispatch'; readonly id: number }
  /** Drain, close everything and exit. */
  | { readonly kind: 'end' };

/** What a worker says to the main process. */
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

const TO_WORKER: Readonly<Record<ToWorker['kind'], true>> = {
  open: true,
  start: true,
  stop: true,
  wake: true,
  dispatch: true,
  end: true,
};
const FROM_WORKER: Readonly<Record<FromWorker['kind'], true>> = {
  failed: true,
  report: true,
  dispatched: true,
};

/** Both ends are of the same build, so the kind tells all: something else in the process may use the channel too. */
export function isToWorker(given: unknown): given is ToWorker {
  return isOneOf(TO_WORKER, given);
}

export function isFromWorker(given: unknown): given is FromWorker {
  return isOneOf(FROM_WORKER, given);
}

function isOneOf(kinds: object, given: unknown): boolean {
  return (
    typeof given === 'object' && given !== null && 'kind' in given && Object.hasOwn(kinds, String(given.kind))
  );
}
