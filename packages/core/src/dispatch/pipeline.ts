import type { Settlement } from '../message/settlement.ts';
import { ClaimRoom } from './claim-room.ts';
import { Delivery } from './delivery.ts';
import type { DispatchContext } from './dispatch-context.ts';
import type { InFlightMessage, LeaseBatch } from './lease-batch.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import type { Lifetime } from './lifetime.ts';
import { SendWatchdog } from './send-watchdog.ts';
import { Settler } from './settler.ts';
import type { TriageDecision } from './triage.ts';
import { WaitingLine } from './waiting-line.ts';

/** A claim and what is to be done with each of its messages, in the same order. */
export interface TriagedBatch {
  readonly batch: LeaseBatch;
  readonly decisions: readonly TriageDecision[];
}

/**
 * The claimed messages on their way: a queue in front of `concurrency` places. A place is held from before the send until its result is stored, so that
 * what has been accepted and not yet stored is never more than `concurrency` messages. A suspect is sent when nothing else is under way and nothing else
 * begins meanwhile: if it ends its process, it harms no other message.
 *
 * Modes: idle --submit--> delivering --all is closed--> idle. While a suspect is out, nothing else is sent or claimed.
 */
export class Pipeline {
  readonly #context: DispatchContext;
  readonly #lifetime: Lifetime;
  readonly #settler: Settler;
  readonly #keeper: LeaseKeeper;
  readonly #delivery: Delivery;
  readonly #batches = new Set<LeaseBatch>();
  readonly #waiting = new WaitingLine();
  readonly #suspects = new WaitingLine();
  readonly #room: ClaimRoom;
  #isSuspectOut = false;
  #taken = 0;
  #settling = 0;
  #isPacing = false;
  #onRoom: (() => void)[] = [];
  #onIdle: (() => void)[] = [];

  constructor(context: DispatchContext, lifetime: Lifetime) {
    const { options, sender, clock } = context;
    this.#context = context;
    this.#lifetime = lifetime;
    this.#room = new ClaimRoom(options);
    const watchdog = new SendWatchdog(sender, clock, (error) => context.failures.report('send', error));
    this.#settler = new Settler(context, lifetime, () => this.#delivery.sending);
    this.#keeper = new LeaseKeeper(context, lifetime);
    this.#delivery = new Delivery({
      context,
      lifetime,
      watchdog,
      settler: this.#settler,
      keeper: this.#keeper,
    });
    lifetime.stopping.addEventListener('abort', () => this.#advance());
    lifetime.cutOff.addEventListener('abort', () => watchdog.abortAll());
    lifetime.over.addEventListener('abort', () => watchdog.close());
  }

  /** Claimed and not yet settled, released or lost. */
  get leased(): number {
    let leased = 0;
    for (const batch of this.#batches) leased += batch.open.size;
    return leased;
  }

  /** Places taken: never more than `concurrency`. */
  get inFlight(): number {
    return this.#taken;
  }

  /** Nothing is on its way. */
  get isIdle(): boolean {
    return this.#batches.size === 0;
  }

  submit({ batch, decisions }: TriagedBatch): void {
    if (batch.open.size === 0) return;
    this.#batches.add(batch);
    void batch.done.then(() => this.#batchDone(batch));
    batch.entries.forEach((entry, index) => {
      const decision = decisions[index];
      if (decision?.kind === 'settle') void this.#settle(entry, decision.settlement, decision.recalled);
      else (entry.isSuspect ? this.#suspects : this.#waiting).push(entry);
    });
    this.#advance();
    if (batch.isWaiting) this.#keeper.keep(this.#batches);
  }

  /** Resolves with how many may be claimed, as soon as that is worth a claim; with 0 at the stop. */
  async whenRoom(): Promise<number> {
    for (;;) {
      if (this.#lifetime.stopping.aborted) return 0;
      const limit = this.#claimLimit();
      if (limit > 0) return limit;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onRoom.push(resolve);
      await promise;
    }
  }

  /** Resolves when nothing is on its way. */
  async whenIdle(): Promise<void> {
    if (this.isIdle) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle.push(resolve);
    await promise;
  }

  #batchDone(batch: LeaseBatch): void {
    this.#batches.delete(batch);
    if (this.#batches.size > 0) return;
    const onIdle = this.#onIdle;
    this.#onIdle = [];
    for (const resolve of onIdle) resolve();
  }

  /** Fills free places from the queue, or empties the queue when nothing may be sent. */
  #advance(): void {
    const first = this.#waiting.first() ?? this.#suspects.first();
    if (
      first !== undefined &&
      (this.#lifetime.stopping.aborted || !this.#context.flow.maySend(first.isProbe))
    ) {
      void this.#keeper.release([...this.#waiting.takeAll(), ...this.#suspects.takeAll()]);
    }
    this.#fillPlaces();
    const onRoom = this.#onRoom;
    this.#onRoom = [];
    for (const resolve of onRoom) resolve();
  }

  /** Nothing is claimed while suspects are there: it would be lost with them. */
  #claimLimit(): number {
    if (this.#isSuspectOut || this.#suspects.first() !== undefined) return 0;
    return this.#room.limit({
      inPlaces: this.#taken,
      waiting: this.#waiting.length,
      settling: this.#settling,
    });
  }

  #fillPlaces(): void {
    while (this.#taken < this.#context.options.concurrency) {
      const line = this.#nextLine();
      if (line === null) return;
      const waitMs = this.#context.flow.takePlace();
      if (waitMs > 0) return void this.#pace(waitMs);
      const next = line.shift();
      if (next === undefined) return;
      this.#taken += 1;
      this.#isSuspectOut = next.isSuspect;
      void this.#deliver(next);
    }
  }

  /** Null when nothing may begin now. */
  #nextLine(): WaitingLine | null {
    if (this.#waiting.first() !== undefined) return this.#waiting;
    const isNothingElseUnderWay = this.#taken === 0 && this.#settling === 0;
    return isNothingElseUnderWay && this.#suspects.first() !== undefined ? this.#suspects : null;
  }

  /** The rate limit lets the next one begin after so long. */
  async #pace(waitMs: number): Promise<void> {
    if (this.#isPacing) return;
    this.#isPacing = true;
    await this.#context.clock.sleep(waitMs, this.#lifetime.over);
    this.#isPacing = false;
    this.#advance();
  }

  /** A message that needs no send takes no place. */
  async #settle(entry: InFlightMessage, settlement: Settlement, recalled: boolean): Promise<void> {
    this.#settling += 1;
    await this.#settler.settle(entry, settlement, recalled);
    this.#settling -= 1;
    this.#advance();
  }

  async #deliver(entry: InFlightMessage): Promise<void> {
    const { clock, failures } = this.#context;
    const startedAt = clock.now();
    try {
      await this.#delivery.deliver(entry);
    } catch (error) {
      // In any case the place is given back, and the lease ends by itself.
      failures.report('deliver', error);
      entry.batch.close(entry, 'lost');
    }
    this.#room.left(clock.now() - startedAt);
    this.#taken -= 1;
    if (entry.isSuspect) this.#isSuspectOut = false;
    this.#advance();
  }
}
