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

/** The fate of a request that is not accepted and answered at once. `…_taken`: the receiver has accepted it all the same. */
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

type Kind<Name extends string, Fields> = { readonly kind: Name } & Readonly<Fields>;

/** For a while. */
interface While {
  readonly atMs: number;
  readonly forMs: number;
}

/** So many calls of a process. */
interface Calls {
  readonly process: number;
  readonly nth: number;
  readonly times: number;
  readonly delayMs: number;
}

/** Something that goes wrong. `nth` counts the calls of that operation by that process, from 0, over all its lives. */
export type Fault =
  | Kind<'call', Calls & { operation: Exclude<Operation, 'send'>; how: CallFailure }>
  | Kind<'send', Calls & { how: ReceiverFault }>
  /** The receiver's answer to one message, to its first so many requests. */
  | Kind<'poison', { message: number; times: number; how: ReceiverFault; delayMs: number }>
  /** Everything that a process (null: any) asks of a target goes wrong for a while. */
  | Kind<'outage', While & { target: Target; process: number | null; how: OutageFailure }>
  /** The receiver asks everybody to come back later, again and again, for a while. */
  | Kind<'polite_refusals', While>
  /** The process is gone, at a call of its own, and starts again later. */
  | Kind<'crash', { process: number; operation: Operation; nth: number; moment: Moment; downMs: number }>
  /** A message that kills whatever process sends it, also when everything else is well again. */
  | Kind<'killer', { message: number; isTaken: boolean; downMs: number }>
  | Kind<'crash_at', { process: number; atMs: number; downMs: number }>
  /** The process is killed again and again: by a supervisor, or for its memory. */
  | Kind<'crash_loop', { process: number; atMs: number; everyMs: number; times: number; downMs: number }>
  /** The process does nothing for a while, and does not know. */
  | Kind<'freeze', While & { process: number }>
  /** The same from the moment when a request of its own is on the way: the answer comes while it is frozen. */
  | Kind<'freeze_in_send', { process: number; nth: number; forMs: number }>
  /** The clock of those who enqueue, cancel and redrive is off from the beginning. Only where the store can tell its time: else nothing could be due. */
  | Kind<'callers_clock', { byMs: number }>
  /** The clock of the process is set. */
  | Kind<'clock', { process: number; atMs: number; byMs: number }>;

type OutageFailure = 'fails_before' | 'fails_after' | 'hangs_before' | 'hangs_after' | 'slow';

/** Something that an operator or a caller does. */
export type Action =
  | Kind<'enqueue', { atMs: number; message: number | null }>
  | Kind<'cancel', { atMs: number; message: number }>
  | Kind<'redrive', { atMs: number; message: number }>
  | Kind<'redrive_matching', { atMs: number; status: 'failed' | 'unknown' }>
  /** A process starts whose clock is off by so much, and removes what is a day old. */
  | Kind<'prune', { atMs: number; aheadMs: number }>
  | Kind<'stop', { atMs: number; process: number; startAfterMs: number }>
  | Kind<'start', { atMs: number; process: number }>
  | Kind<'dispatch_once', { atMs: number; process: number; stops: boolean }>;

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
