import { type AmbiguityPolicy, Dispatcher, Messages } from '@messaging-system/core';
import type { Operation } from '../plan/operation.ts';
import type { WorldContext } from '../world-context.ts';
import { Life } from './life.ts';
import { Link } from './link.ts';
import { LinkedReconciler } from './linked-reconciler.ts';
import { LinkedRepository } from './linked-repository.ts';
import { LinkedSender } from './linked-sender.ts';
import { LinkedSentCache } from './linked-sent-cache.ts';
import { ProcessRandom } from './process-random.ts';
import { SimulatedClock } from './simulated-clock.ts';

/** One process of a world: it lives, dies and lives again, each time with new objects of the real classes. */
export class SimulatedProcess {
  /** Which of the plan's; after them comes the office of callers and operators. */
  readonly number: number;
  readonly name: string;
  readonly ambiguity: AmbiguityPolicy;
  clockOffsetMs = 0;
  /** When its clock was last set, in virtual ms. */
  clockSetAt: number = Number.NEGATIVE_INFINITY;
  readonly #world: WorldContext;
  readonly #resumed: () => void;
  readonly #counts = new Map<Operation, number>();
  #life: Life | null = null;
  #lives = 0;
  #messages: Messages | null = null;

  constructor(world: WorldContext, number: number, ambiguity: AmbiguityPolicy, resumed: () => void) {
    this.#world = world;
    this.number = number;
    this.name = number < world.plan.processes.length ? `p${number + 1}` : 'op';
    this.ambiguity = ambiguity;
    this.#resumed = resumed;
  }

  /** Null while it is down. */
  get life(): Life | null {
    return this.#life;
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
    if (this.#life !== null) return;
    const world = this.#world;
    this.#lives += 1;
    const name = `${this.name}.${this.#lives}`;
    const life = new Life(this, name, this.ambiguity, world.scheduler, this.#resumed);
    const link = new Link(world, life);
    const repository = new LinkedRepository(world, link);
    const clock = new SimulatedClock(world.scheduler, life);
    const sentCache =
      world.sentCache === null
        ? {}
        : { sentCache: new LinkedSentCache(world, link, world.sentCache, repository) };
    this.#life = life;
    this.#messages = new Messages({ repository, clock, ...sentCache });
    life.dispatcher = new Dispatcher(
      {
        repository,
        clock,
        ...sentCache,
        random: new ProcessRandom(world.chance, [9, this.number, this.#lives], name),
        sender: new LinkedSender(world, life),
        reconciler: new LinkedReconciler(world, link),
        observer: { observe: (event) => world.processes.observed(life, event) },
      },
      { ...world.plan.options, ambiguity: this.ambiguity },
    );
    world.trace.add(name, () => `boots, ${this.ambiguity}`);
    world.processes.booted(life);
  }

  /** It is gone at once; `downMs` later it starts again. Nothing but a killing message kills it when the faults have ended. */
  crash(downMs: number, isKilled = false): void {
    const life = this.#life;
    const { trace, statistics, scheduler, faults } = this.#world;
    if (life === null || (faults.isOver && !isKilled)) return;
    trace.add(life.name, () => 'crashes');
    statistics.crashes += 1;
    life.die();
    this.#life = null;
    this.#messages = null;
    scheduler.after(downMs, () => {
      if (this.#life !== null) return;
      this.boot();
      this.start();
    });
  }

  freeze(forMs: number): void {
    if (this.#life !== null) this.freezeIn(this.#life, forMs);
  }

  /** Only while this life goes on. */
  freezeIn(life: Life, forMs: number): void {
    if (!life.isAlive || life.isFrozen) return;
    const { trace, scheduler } = this.#world;
    trace.add(life.name, () => `freezes for ${forMs}`);
    life.freeze();
    scheduler.after(forMs, () => {
      if (!life.isAlive) return;
      trace.add(life.name, () => 'thaws');
      life.thaw();
    });
  }

  setClock(byMs: number): void {
    const { trace, scheduler } = this.#world;
    trace.add(this.#life?.name ?? this.name, () => `clock set by ${byMs}`);
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
    this.#do('dispatchOnce', (dispatcher, life) => {
      this.#world.processes.dispatchesOnce(life);
      // A store that is down is told by the observer too.
      dispatcher.dispatchOnce().then(
        (result) => this.#world.processes.dispatchedOnce(life, result),
        () => undefined,
      );
    });
  }

  #do(name: string, act: (dispatcher: Dispatcher, life: Life) => void): void {
    const life = this.#life;
    // Nobody reaches a frozen process.
    if (life === null || life.isFrozen) return;
    life.resume(() => {
      if (life.dispatcher === null) return;
      this.#world.trace.add(life.name, () => name);
      act(life.dispatcher, life);
    });
  }
}
