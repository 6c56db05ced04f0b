import { Dispatcher, Messages } from '@messaging-system/core';
import type { AmbiguityPolicy } from '@messaging-system/core/adapter';
import type { Operation } from '../plan/operation.ts';
import type { WorldContext } from '../world-context.ts';
import { Link } from './link.ts';
import { linkedReconciler } from './linked-reconciler.ts';
import { LinkedRepository } from './linked-repository.ts';
import { LinkedSender } from './linked-sender.ts';
import { linkedSentCache } from './linked-sent-cache.ts';
import { processRandom } from './process-random.ts';
import { ProcessRun } from './process-run.ts';
import { simulatedClock } from './simulated-clock.ts';

/** One process of a world: it lives, dies and lives again, each time with new objects of the real classes. */
export class SimulatedProcess {
  /** Its place in the plan; the process of the callers and operators comes after all of them. */
  readonly number: number;
  readonly name: string;
  readonly ambiguity: AmbiguityPolicy;
  clockOffsetMs = 0;
  /** When its clock was last set, in virtual ms. */
  clockSetAt: number = Number.NEGATIVE_INFINITY;
  readonly #world: WorldContext;
  readonly #resumed: () => void;
  readonly #counts = new Map<Operation, number>();
  #run: ProcessRun | null = null;
  #runs = 0;
  #messages: Messages | null = null;

  constructor(world: WorldContext, number: number, ambiguity: AmbiguityPolicy, resumed: () => void) {
    this.#world = world;
    this.number = number;
    this.name = number < world.plan.processes.length ? `p${number + 1}` : 'op';
    this.ambiguity = ambiguity;
    this.#resumed = resumed;
  }

  /** Null while it is down. */
  get run(): ProcessRun | null {
    return this.#run;
  }

  get messages(): Messages | null {
    return this.#messages;
  }

  /** Which call of this operation this is, from 0. */
  count(operation: Operation): number {
    const nth = this.#counts.get(operation) ?? 0;
    this.#counts.set(operation, nth + 1);
    return nth;
  }

  boot(): void {
    if (this.#run !== null) return;
    const world = this.#world;
    this.#runs += 1;
    const name = `${this.name}.${this.#runs}`;
    const run = new ProcessRun(this, name, this.ambiguity, world.scheduler, this.#resumed);
    const link = new Link(world, run);
    const repository = new LinkedRepository(world, link);
    const clock = simulatedClock(world.scheduler, run);
    const { sentCache: cache } = world;
    const sentCache = cache === null ? {} : { sentCache: linkedSentCache(world, link, cache, repository) };
    // How long a send may take belongs to the sender.
    const { sendTimeoutMs: _, ...options } = world.plan.options;
    this.#run = run;
    this.#messages = new Messages({ repository, clock, ...sentCache });
    run.dispatcher = new Dispatcher(
      {
        repository,
        clock,
        ...sentCache,
        random: processRandom(world.chance, [9, this.number, this.#runs], name),
        sender: new LinkedSender(world, run),
        reconciler: linkedReconciler(world, link),
        observer: { observe: (event) => world.processes.observed(run, event) },
      },
      { ...options, ambiguity: this.ambiguity },
    );
    world.trace.add(name, () => `boots, ${this.ambiguity}`);
    world.processes.booted(run);
  }

  /** It is gone at once; `downMs` later it starts again. Nothing but a killing message kills it when the faults have ended. */
  crash(downMs: number, isKilled = false): void {
    const run = this.#run;
    const { trace, statistics, scheduler, faults } = this.#world;
    if (run === null || (faults.isOver && !isKilled)) return;
    trace.add(run.name, () => 'crashes');
    statistics.crashes += 1;
    run.die();
    this.#run = null;
    this.#messages = null;
    scheduler.after(downMs, () => {
      if (this.#run !== null) return;
      this.boot();
      this.start();
    });
  }

  /** Only while this run goes on. */
  freeze(run: ProcessRun | null, forMs: number): void {
    if (run === null || !run.isAlive || run.isFrozen) return;
    const { trace, scheduler } = this.#world;
    trace.add(run.name, () => `freezes for ${forMs}`);
    run.freeze();
    scheduler.after(forMs, () => {
      if (!run.isAlive) return;
      trace.add(run.name, () => 'thaws');
      run.thaw();
    });
  }

  setClock(byMs: number): void {
    const { trace, scheduler } = this.#world;
    trace.add(this.#run?.name ?? this.name, () => `clock set by ${byMs}`);
    this.clockOffsetMs += byMs;
    this.clockSetAt = scheduler.now;
  }

  start(): void {
    this.#do('start', (dispatcher) => dispatcher.start());
  }

  stop(): void {
    this.#do('stop', (dispatcher) => dispatcher.stop());
  }

  dispatchOnce(): void {
    this.#do('dispatchOnce', (dispatcher, run) => {
      this.#world.processes.dispatchesOnce(run);
      // The observer reports a store that is down, too.
      dispatcher.dispatchOnce().then(
        (result) => this.#world.processes.dispatchedOnce(run, result),
        () => undefined,
      );
    });
  }

  #do(name: string, act: (dispatcher: Dispatcher, run: ProcessRun) => void): void {
    const run = this.#run;
    // Nobody reaches a frozen process.
    if (run === null || run.isFrozen) return;
    run.resume(() => {
      if (run.dispatcher === null) return;
      this.#world.trace.add(run.name, () => name);
      act(run.dispatcher, run);
    });
  }
}
