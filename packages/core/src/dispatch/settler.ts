import { StoreUnavailableError } from '../errors.ts';
import type { Settlement } from '../message/settlement.ts';
import { isLeaseResult } from '../ports/adapter-answers.ts';
import type { DispatchContext } from './dispatch-context.ts';
import { byBatch, type Fate, type InFlightMessage } from './lease-batch.ts';
import type { Lifetime } from './lifetime.ts';
import { StopController } from './stop-controller.ts';

interface PendingSettlement {
  readonly entry: InFlightMessage;
  readonly settlement: Settlement;
  readonly recalled: boolean;
  remembered: boolean;
  readonly stored: () => void;
}

/**
 * How long a result waits for others to be stored with it, while sends are under way: as long as the store took the last time, within these bounds. A store
 * that is quick is asked often, one that is busy less often and for more at once.
 */
const SHORTEST_GATHER_MS = 5;
const LONGEST_GATHER_MS = 25;

/** Batches that the store is given at the same time. Messages that need no send take no place, so the places alone would not bound them. */
const MOST_FLUSHES = 2;

/**
 * Stores results in small batches: what was accepted is remembered in the sent cache first, then settled. A result that the store could not take is
 * tried again until it is stored or stale, or given up at the end of a drain.
 *
 * Modes: empty --settle--> gathering --enough, no sends under way, or time is up--> flushing --stored--> empty or
 * gathering. When the lifetime is over, what is left is abandoned.
 */
export class Settler {
  readonly #context: DispatchContext;
  readonly #sendsUnderWay: () => number;
  readonly #lifetime: Lifetime;
  readonly #concurrency: number;
  readonly #remembersItself: boolean;
  #pending: PendingSettlement[] = [];
  #flushes = 0;
  #gatherMs = SHORTEST_GATHER_MS;
  #gathering: StopController | null = null;

  constructor(context: DispatchContext, lifetime: Lifetime, sendsUnderWay: () => number) {
    this.#context = context;
    this.#lifetime = lifetime;
    this.#sendsUnderWay = sendsUnderWay;
    this.#concurrency = context.options.concurrency;
    const { sentCache, repository } = context;
    this.#remembersItself = sentCache === undefined || sentCache.isSettledWith?.(repository) === true;
    // All retries end: what is not stored by then counts as lost to this process.
    lifetime.over.addEventListener('abort', () => {
      this.#gathering?.abort();
      this.flushIfDue();
    });
  }

  /** Resolves when the result is stored, stale or given up; its batch knows which. */
  settle(entry: InFlightMessage, settlement: Settlement, recalled: boolean): Promise<void> {
    entry.enter('settling');
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pending.push({ entry, settlement, recalled, remembered: false, stored: resolve });
    this.flushIfDue();
    return promise;
  }

  /** Stores what has gathered, if it is time. */
  flushIfDue(): void {
    if (this.#pending.length === 0) return;
    if (this.#flushes === 0 ? this.#isTime() : this.#isStarving()) void this.#flush();
    else if (this.#flushes === 0 && this.#gathering === null) void this.#gather();
  }

  #isTime(): boolean {
    return (
      this.#pending.length >= this.#concurrency / 2 ||
      this.#sendsUnderWay() === 0 ||
      this.#lifetime.over.aborted ||
      this.#isStarving()
    );
  }

  /** Most places wait for the store and few are being sent from: it gets the rest now, in addition to what it has. */
  #isStarving(): boolean {
    const few = Math.floor(this.#concurrency / 4);
    return this.#flushes < MOST_FLUSHES && this.#pending.length >= few && this.#sendsUnderWay() < few;
  }

  async #gather(): Promise<void> {
    const gathering = new StopController();
    this.#gathering = gathering;
    await this.#context.clock.sleep(this.#gatherMs, gathering);
    if (this.#gathering === gathering && this.#flushes === 0 && this.#pending.length > 0) await this.#flush();
  }

  async #flush(): Promise<void> {
    this.#gathering?.abort();
    this.#gathering = null;
    this.#flushes += 1;
    const batch = this.#pending;
    this.#pending = [];
    await this.#store(batch, 0);
    this.#flushes -= 1;
    this.flushIfDue();
  }

  async #store(items: readonly PendingSettlement[], faults: number): Promise<void> {
    await this.#remember(items);
    const groups = byBatch(items, (item) => item.entry.batch);
    await Promise.all(
      [...groups].map(([batch, group]) => this.#settleGroup(batch.leaseToken, group, faults)),
    );
  }

  async #settleGroup(leaseToken: string, items: readonly PendingSettlement[], faults: number): Promise<void> {
    const { store, repository, clock, tell, time } = this.#context;
    if (this.#lifetime.over.aborted) return abandon(items);
    const startedAt = clock.now();
    try {
      const settlements = items.map((item) => item.settlement);
      const { stale } = await store.call(
        'settle',
        () => repository.settle(leaseToken, settlements),
        (answer) => isLeaseResult(answer, settlements.length),
      );
      const at = time.now();
      const durationMs = clock.now() - startedAt;
      this.#gatherMs = Math.min(Math.max(durationMs, SHORTEST_GATHER_MS), LONGEST_GATHER_MS);
      tell({ type: 'batch.settled', at, count: items.length - stale.length, durationMs });
      this.#close(items, new Set(stale), at);
    } catch (error) {
      this.#context.failures.report('settle', error);
      // Not awaited: results that come later must not wait behind one that the store does not take.
      void this.#retry(items, faults + 1, error);
    }
  }

  #close(items: readonly PendingSettlement[], stale: ReadonlySet<string>, at: number): void {
    const { tell } = this.#context;
    if (stale.size > 0) tell({ type: 'lease.lost', at, ids: [...stale], during: 'settle' });
    for (const { entry, settlement, recalled, stored } of items) {
      const isStale = stale.size > 0 && stale.has(settlement.id);
      if (!isStale) tell({ type: 'message.settled', at, message: entry.message, settlement, recalled });
      entry.batch.close(entry, isStale ? 'lost' : fateOf(settlement, recalled));
      stored();
    }
  }

  async #retry(items: readonly PendingSettlement[], faults: number, error: unknown): Promise<void> {
    const { clock, store } = this.#context;
    await clock.sleep(store.backoffMs(faults), this.#lifetime.over);
    if (this.#lifetime.over.aborted) return abandon(items);
    // One result that the store refuses must not keep the others of its batch from being stored.
    const isRefused = !(error instanceof StoreUnavailableError) && items.length > 1;
    const middle = Math.ceil(items.length / 2);
    const parts = isRefused ? [items.slice(0, middle), items.slice(middle)] : [items];
    await Promise.all(parts.map((part) => this.#store(part, faults)));
  }

  async #remember(items: readonly PendingSettlement[]): Promise<void> {
    if (this.#remembersItself || this.#lifetime.over.aborted) return;
    const fresh = items.filter(
      (item) => item.settlement.kind === 'ack' && !item.recalled && !item.remembered,
    );
    if (fresh.length === 0) return;
    const records = fresh.flatMap(({ settlement }) =>
      settlement.kind === 'ack'
        ? [{ id: settlement.id, webhookMessageId: settlement.webhookMessageId, sentAt: settlement.sentAt }]
        : [],
    );
    const remembered = await this.#context.cache.remember(records);
    for (const item of fresh) item.remembered = remembered;
  }
}

function abandon(items: readonly PendingSettlement[]): void {
  for (const { entry, stored } of items) {
    entry.batch.close(entry, 'lost');
    stored();
  }
}

function fateOf(settlement: Settlement, recalled: boolean): Fate {
  switch (settlement.kind) {
    case 'ack':
      return recalled ? 'recalled' : 'sent';
    case 'nack':
      return 'retried';
    case 'deadLetter':
      return 'failed';
    case 'hold':
      return 'unknown';
  }
}
