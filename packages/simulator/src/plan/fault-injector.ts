import type { CallFailure, Disturbance, ReceiverFault } from './disturbance.ts';
import { type Operation, targetOf } from './operation.ts';

export interface FailingCall {
  readonly how: CallFailure;
  readonly delayMs: number;
}

export interface MisbehavingReceiver {
  readonly how: ReceiverFault;
  readonly delayMs: number;
}

export interface Killer {
  readonly downMs: number;
  /** The fate of the request; nobody is left to hear of it. */
  readonly reception: MisbehavingReceiver;
}

type Of<Kind extends Disturbance['kind']> = Extract<Disturbance, { readonly kind: Kind }>;

/** Which of the planned faults hits a call, and which of them have been met. */
export class FaultInjector {
  /** The ids of the disturbances that had a chance to do harm. */
  readonly fired: Set<number> = new Set();
  readonly #byKind: ReadonlyMap<string, readonly Disturbance[]>;
  #isOver = false;

  constructor(disturbances: readonly Disturbance[]) {
    this.#byKind = Map.groupBy(disturbances, ({ kind }) => kind);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** From now on nothing goes wrong any more. */
  end(): void {
    this.#isOver = true;
  }

  call(process: number, operation: Operation, nth: number, now: number): FailingCall | null {
    const fault = this.#meet('call', (one) => one.operation === operation && isMet(one, process, nth));
    if (fault !== null) return fault;
    const outage = this.#outage(process, operation, now);
    if (outage === null) return null;
    return outage.how === 'slow' ? { how: 'late_answer', delayMs: 200 } : { how: outage.how, delayMs: 0 };
  }

  /** `earlier`: how many requests there were for this message before. */
  send(
    process: number,
    nth: number,
    message: string,
    earlier: number,
    now: number,
  ): MisbehavingReceiver | null {
    const fault =
      this.#meet('poison', (one) => `m${one.message}` === message && earlier < one.times) ??
      this.#meet('send', (one) => isMet(one, process, nth));
    if (fault !== null) return fault;
    if (this.#meet('polite_refusals', (one) => isDuring(one, now)) !== null)
      return { how: 'http_429', delayMs: 0 };
    const outage = this.#outage(process, 'send', now);
    return outage === null ? null : { how: WHILE_OUT[outage.how], delayMs: 200 };
  }

  crash(process: number, operation: Operation, nth: number): Of<'crash'> | null {
    return this.#meet(
      'crash',
      (one) => one.process === process && one.operation === operation && one.nth === nth,
    );
  }

  /** Whether the process freezes when this request is on its way. */
  freezeInSend(process: number, nth: number): Of<'freeze_in_send'> | null {
    return this.#meet('freeze_in_send', (one) => one.process === process && one.nth === nth);
  }

  /** Whether sending this message kills the sending process; that never ends. */
  killer(message: string): Killer | null {
    const fault = this.#meet('killer', (one) => `m${one.message}` === message, true);
    if (fault === null) return null;
    const { isTaken, downMs } = fault;
    return { downMs, reception: { how: isTaken ? 'reset_taken' : 'reset', delayMs: 0 } };
  }

  #outage(process: number, operation: Operation, now: number): Of<'outage'> | null {
    const target = targetOf(operation);
    return this.#meet(
      'outage',
      (one) =>
        one.target === target && (one.process === null || one.process === process) && isDuring(one, now),
    );
  }

  /** The first of this kind that it hits, which then has been met. */
  #meet<Kind extends Disturbance['kind']>(
    kind: Kind,
    hits: (fault: Of<Kind>) => boolean,
    neverEnds = false,
  ): Of<Kind> | null {
    if (this.#isOver && !neverEnds) return null;
    // The disturbances of a kind are of its type.
    const faults = (this.#byKind.get(kind) ?? []) as readonly Of<Kind>[];
    const fault = faults.find(hits) ?? null;
    if (fault !== null) this.fired.add(fault.id);
    return fault;
  }
}

function isMet(fault: Of<'call' | 'send'>, process: number, nth: number): boolean {
  return fault.process === process && nth >= fault.nth && nth < fault.nth + fault.times;
}

function isDuring({ atMs, forMs }: Of<'outage' | 'polite_refusals'>, now: number): boolean {
  return now >= atMs && now < atMs + forMs;
}

const WHILE_OUT: Readonly<Record<Of<'outage'>['how'], ReceiverFault>> = {
  fails_before: 'refused_connection',
  fails_after: 'reset_taken',
  hangs_before: 'timeout',
  hangs_after: 'timeout_taken',
  slow: 'slow',
};
