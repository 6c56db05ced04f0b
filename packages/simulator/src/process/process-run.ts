import type { Dispatcher } from '@messaging-system/core';
import type { AmbiguityPolicy } from '@messaging-system/core/adapter';
import type { Operation } from '../plan/operation.ts';
import type { Scheduler } from '../scheduler.ts';

/** The part of its process that a run uses. */
interface RunningProcess {
  readonly number: number;
  readonly clockOffsetMs: number;
  readonly clockSetAt: number;
  count(operation: Operation): number;
  crash(downMs: number, isKilled?: boolean): void;
  freeze(run: ProcessRun, forMs: number): void;
}

/** Work that waits for a frozen process: its timers, and calls from outside. */
interface Held {
  readonly due: (() => void)[];
  readonly arrived: (() => void)[];
}

// A turn or two of the event loop.
const READS_AFTER_MS = 2;

/**
 * A process from a start to its crash. Calls from outside come through `resume`: a dead process never hears of it, a frozen
 * one when it thaws.
 */
export class ProcessRun {
  readonly process: RunningProcess;
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
  /** When it was last frozen, in virtual ms. */
  frozenAt: number = Number.NEGATIVE_INFINITY;
  /** When it was last frozen or thawed, in virtual ms. */
  lastFrozenAt: number = Number.NEGATIVE_INFINITY;
  readonly #scheduler: Scheduler;
  readonly #onResume: () => void;
  #isAlive = true;
  #held: Held | null = null;

  constructor(
    process: RunningProcess,
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

  /** Lets the process go on with something that came from outside. */
  resume(work: () => void): void {
    this.#goOn(work, this.#held?.arrived);
  }

  /** Lets the process go on with something that it wanted to do by now. */
  wake(work: () => void): void {
    this.#goOn(work, this.#held?.due);
  }

  die(): void {
    this.#isAlive = false;
    this.#held = null;
  }

  freeze(): void {
    this.#held ??= { due: [], arrived: [] };
    this.frozenAt = this.#scheduler.now;
    this.lastFrozenAt = this.#scheduler.now;
  }

  /** Timers that became due in the meantime come first, then the calls, as a runtime fires its timers before it reads its sockets. */
  thaw(): void {
    const { due, arrived } = this.#held ?? { due: [], arrived: [] };
    this.#held = null;
    this.lastFrozenAt = this.#scheduler.now;
    for (const work of due) this.#scheduler.after(0, () => this.wake(work));
    for (const work of arrived) this.#scheduler.after(READS_AFTER_MS, () => this.resume(work));
  }

  #goOn(work: () => void, held: (() => void)[] | undefined): void {
    if (!this.#isAlive) return;
    if (held !== undefined) {
      held.push(work);
      return;
    }
    this.#onResume();
    work();
  }
}

/** The result of a dead process's call. */
export function never<Result>(): Promise<Result> {
  return new Promise(() => {});
}
