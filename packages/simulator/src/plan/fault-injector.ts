import type { CallFailure, Disturbance, Moment, ReceiverFault } from './disturbance.ts';
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
  /** What becomes of the request; nobody is left to hear of it. */
  readonly reception: MisbehavingReceiver;
}

type Of<Kind extends Disturbance['kind']> = Extract<Disturbance, { readonly kind: Kind }>;

/** Which of the planned faults hits a call, and which of them have been met. */
export class FaultInjector {
  /** The ids of the disturbances that had a chance to do harm. */
  readonly fired: Set<number> = new Set();
  readonly #calls: readonly Of<'call'>[];
  readonly #sends: readonly Of<'send'>[];
  readonly #poisons: readonly Of<'poison'>[];
  readonly #outages: readonly Of<'outage'>[];
  readonly #politeRefusals: readonly Of<'polite_refusals'>[];
  readonly #crashes: readonly Of<'crash'>[];
  readonly #killers: readonly Of<'killer'>[];
  readonly #freezes: readonly Of<'freeze_in_send'>[];
  #isOver = false;

  constructor(disturbances: readonly Disturbance[]) {
    const of = <Kind extends Disturbance['kind']>(kind: Kind): readonly Of<Kind>[] =>
      disturbances.filter((disturbance): disturbance is Of<Kind> => disturbance.kind === kind);
    this.#calls = of('call');
    this.#sends = of('send');
    this.#poisons = of('poison');
    this.#outages = of('outage');
    this.#politeRefusals = of('polite_refusals');
    this.#crashes = of('crash');
    this.#killers = of('killer');
    this.#freezes = of('freeze_in_send');
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** From now on nothing goes wrong any more. */
  end(): void {
    this.#isOver = true;
  }

  call(process: number, operation: Operation, nth: number, now: number): FailingCall | null {
    if (this.#isOver) return null;
    const fault = this.#calls.find(
      (one) =>
        one.process === process && one.operation === operation && nth >= one.nth && nth < one.nth + one.times,
    );
    if (fault !== undefined) return this.#met(fault);
    const outage = this.#outage(process, operation, now);
    if (outage === undefined) return null;
    this.fired.add(outage.id);
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
    if (this.#isOver) return null;
    const poison = this.#poisons.find((one) => `m${one.message}` === message && earlier < one.times);
    if (poison !== undefined) return this.#met(poison);
    const fault = this.#sends.find(
      (one) => one.process === process && nth >= one.nth && nth < one.nth + one.times,
    );
    if (fault !== undefined) return this.#met(fault);
    const refusals = this.#politeRefusals.find((one) => now >= one.atMs && now < one.atMs + one.forMs);
    if (refusals !== undefined) {
      this.#met(refusals);
      return { how: 'http_429', delayMs: 0 };
    }
    const outage = this.#outage(process, 'send', now);
    if (outage === undefined) return null;
    this.fired.add(outage.id);
    return { how: WHILE_OUT[outage.how], delayMs: 200 };
  }

  crash(
    process: number,
    operation: Operation,
    nth: number,
  ): { readonly moment: Moment; readonly downMs: number } | null {
    if (this.#isOver) return null;
    const fault = this.#crashes.find(
      (one) => one.process === process && one.operation === operation && one.nth === nth,
    );
    return fault === undefined ? null : this.#met(fault);
  }

  /** Whether the process freezes when this request is on its way. */
  freezeInSend(process: number, nth: number): { readonly forMs: number } | null {
    if (this.#isOver) return null;
    const fault = this.#freezes.find((one) => one.process === process && one.nth === nth);
    return fault === undefined ? null : this.#met(fault);
  }

  /** Whether sending this message kills the sending process; that never ends. */
  killer(message: string): Killer | null {
    const fault = this.#killers.find((one) => `m${one.message}` === message);
    if (fault === undefined) return null;
    const { isTaken, downMs } = this.#met(fault);
    return { downMs, reception: { how: isTaken ? 'reset_taken' : 'reset', delayMs: 0 } };
  }

  #outage(process: number, operation: Operation, now: number): Of<'outage'> | undefined {
    const target = targetOf(operation);
    return this.#outages.find(
      (one) =>
        one.target === target &&
        (one.process === null || one.process === process) &&
        now >= one.atMs &&
        now < one.atMs + one.forMs,
    );
  }

  #met<Met extends Disturbance>(fault: Met): Met {
    this.fired.add(fault.id);
    return fault;
  }
}

const WHILE_OUT: Readonly<Record<Of<'outage'>['how'], ReceiverFault>> = {
  fails_before: 'refused_connection',
  fails_after: 'reset_taken',
  hangs_before: 'timeout',
  hangs_after: 'timeout_taken',
  slow: 'slow',
};
