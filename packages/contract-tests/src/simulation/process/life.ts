import type { AmbiguityPolicy, Dispatcher } from '@messaging-system/core';
import type { Scheduler } from '../scheduler.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/**
 * A process from a start to its crash. What comes to it from outside comes through `resume`: a dead process never hears of it, a frozen
 * one when it thaws.
 */
export class Life {
  readonly process: SimulatedProcess;
  readonly name: string;
  readonly policy: AmbiguityPolicy;
  /** Set once, before anything happens to it. */
  dispatcher: Dispatcher | null = null;
  /** False from a stop to the next start. */
  mayBegin = true;
  /** The receiver asked for a pause, and no probe has shown that it is over. */
  isPaused = false;
  /** How many wait for its clock. */
  sleepers = 0;
  /** How many of its calls have not been answered. */
  unanswered = 0;
  /** When it was last frozen or thawed, in virtual ms. */
  lastFrozenAt: number = Number.NEGATIVE_INFINITY;
  readonly #scheduler: Scheduler;
  readonly #onResume: () => void;
  #isAlive = true;
  #held: (() => void)[] | null = null;

  constructor(
    process: SimulatedProcess,
    name: string,
    policy: AmbiguityPolicy,
    scheduler: Scheduler,
    onResume: () => void,
  ) {
    this.process = process;
    this.name = name;
    this.policy = policy;
    this.#scheduler = scheduler;
    this.#onResume = onResume;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get isFrozen(): boolean {
    return this.#held !== null;
  }

  /** Lets the process go on with something that it waited for. */
  resume(work: () => void): void {
    if (!this.#isAlive) return;
    if (this.#held !== null) {
      this.#held.push(work);
      return;
    }
    this.#onResume();
    work();
  }

  die(): void {
    this.#isAlive = false;
    this.#held = null;
  }

  freeze(): void {
    this.#held ??= [];
    this.lastFrozenAt = this.#scheduler.now;
  }

  /** What came in the meantime comes now, one after the other. */
  thaw(): void {
    const held = this.#held ?? [];
    this.#held = null;
    this.lastFrozenAt = this.#scheduler.now;
    for (const work of held) this.#scheduler.after(0, () => this.resume(work));
  }
}

/** What a call of a dead process returns. */
export function never<Result>(): Promise<Result> {
  return new Promise(() => {});
}
