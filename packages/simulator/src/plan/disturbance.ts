import type { Operation, Target } from './operation.ts';

/** How a call goes wrong. */
export type CallFailure =
  /** It fails; nothing happened. */
  | 'fails_before'
  /** It is refused with `StoreRejectedError` (a store only); nothing happened. */
  | 'refused'
  /** It has its effect, then fails. */
  | 'fails_after'
  /** It has its effect on some of what it was asked for, then fails. */
  | 'fails_halfway'
  /** It never returns; nothing happened. */
  | 'hangs_before'
  /** It has its effect and never returns. */
  | 'hangs_after'
  /** It has its effect late, after later calls perhaps, and returns then. */
  | 'late_effect'
  /** It has its effect in time and returns late. */
  | 'late_answer';

/** What becomes of a request instead of being accepted and answered at once. `…_taken`: the receiver has accepted it all the same. */
export type ReceiverFault =
  | 'http_500'
  | 'http_429'
  | 'http_400'
  | 'http_401'
  | 'http_410'
  | 'http_502'
  | 'http_502_taken'
  | 'refused_connection'
  /** The connection is not there before the time-out: nothing was sent. */
  | 'slow_connection'
  | 'reset'
  | 'reset_taken'
  | 'timeout'
  | 'timeout_taken'
  /** Accepted long after the sender's time-out. */
  | 'taken_late'
  | 'slow'
  /** The sender breaks its contract: it answers neither in time nor to its signal. */
  | 'deaf'
  | 'deaf_taken'
  | 'throws_taken';

export type Moment = 'before' | 'on_the_way' | 'at_effect';

/** Something that goes wrong. `nth` counts the calls of that operation by that process, from 0, over all its lives. */
export type Fault =
  | {
      readonly kind: 'call';
      readonly process: number;
      readonly operation: Exclude<Operation, 'send'>;
      readonly nth: number;
      readonly times: number;
      readonly how: CallFailure;
      readonly delayMs: number;
    }
  | {
      readonly kind: 'send';
      readonly process: number;
      readonly nth: number;
      readonly times: number;
      readonly how: ReceiverFault;
      readonly delayMs: number;
    }
  /** The receiver's answer to one message, to its first so many requests. */
  | {
      readonly kind: 'poison';
      readonly message: number;
      readonly times: number;
      readonly how: ReceiverFault;
      readonly delayMs: number;
    }
  /** Everything that a process (null: any) asks of a target goes wrong for a while. */
  | {
      readonly kind: 'outage';
      readonly target: Target;
      readonly process: number | null;
      readonly atMs: number;
      readonly forMs: number;
      readonly how: 'fails_before' | 'fails_after' | 'hangs_before' | 'hangs_after' | 'slow';
    }
  /** The receiver asks everybody to come back later, again and again, for a while. */
  | { readonly kind: 'polite_refusals'; readonly atMs: number; readonly forMs: number }
  /** The process is gone, at a call of its own, and starts again later. */
  | {
      readonly kind: 'crash';
      readonly process: number;
      readonly operation: Operation;
      readonly nth: number;
      readonly moment: Moment;
      readonly downMs: number;
    }
  /** A message that kills whatever process sends it, also when everything else is well again. */
  | {
      readonly kind: 'killer';
      readonly message: number;
      readonly isTaken: boolean;
      readonly downMs: number;
    }
  | { readonly kind: 'crash_at'; readonly process: number; readonly atMs: number; readonly downMs: number }
  /** The process is killed again and again: by a supervisor, or for its memory. */
  | {
      readonly kind: 'crash_loop';
      readonly process: number;
      readonly atMs: number;
      readonly everyMs: number;
      readonly times: number;
      readonly downMs: number;
    }
  /** The process does nothing for a while, and does not know. */
  | { readonly kind: 'freeze'; readonly process: number; readonly atMs: number; readonly forMs: number }
  /** The same from the moment when a request of its own is on the way: the answer comes while it is frozen. */
  | {
      readonly kind: 'freeze_in_send';
      readonly process: number;
      readonly nth: number;
      readonly forMs: number;
    }
  /** The clock of those who enqueue, cancel and redrive is off from the beginning. Only where the store can tell its time: else nothing could be due. */
  | { readonly kind: 'callers_clock'; readonly byMs: number }
  /** The clock of the process is set. */
  | { readonly kind: 'clock'; readonly process: number; readonly atMs: number; readonly byMs: number };

/** Something that an operator or a caller does. */
export type Action =
  | { readonly kind: 'enqueue'; readonly atMs: number; readonly message: number | null }
  | { readonly kind: 'cancel'; readonly atMs: number; readonly message: number }
  | { readonly kind: 'redrive'; readonly atMs: number; readonly message: number }
  | { readonly kind: 'redrive_matching'; readonly atMs: number; readonly status: 'failed' | 'unknown' }
  /** A process starts whose clock is off by so much, and removes what is a day old. */
  | { readonly kind: 'prune'; readonly atMs: number; readonly aheadMs: number }
  | { readonly kind: 'stop'; readonly atMs: number; readonly process: number; readonly startAfterMs: number }
  | { readonly kind: 'start'; readonly atMs: number; readonly process: number }
  | {
      readonly kind: 'dispatch_once';
      readonly atMs: number;
      readonly process: number;
      readonly stops: boolean;
    };

/** One entry of a plan; `id` stays the same when others are taken out. */
export type Disturbance = { readonly id: number } & (Fault | Action);

const ACTIONS: ReadonlySet<string> = new Set<Action['kind']>([
  'enqueue',
  'cancel',
  'redrive',
  'redrive_matching',
  'prune',
  'stop',
  'start',
  'dispatch_once',
]);

export function isAction(
  disturbance: Disturbance,
): disturbance is Extract<Disturbance, { readonly kind: Action['kind'] }> {
  return ACTIONS.has(disturbance.kind);
}
