import { isLeaseResult } from '../ports/adapter-answers.ts';
import type { DispatchContext } from './dispatch-context.ts';
import { byBatch, type InFlightMessage, type LeaseBatch } from './lease-batch.ts';
import type { Lifetime } from './lifetime.ts';

/**
 * Sees to it that no send begins with less of its lease left than a send may take, and that what waits for its
 * place meanwhile does not lose its lease. Gives back what has not begun.
 *
 * Modes of a lease: held --extended while its messages wait, or before a send--> held --release--> given back,
 * or lost.
 */
export class LeaseKeeper {
  readonly #context: DispatchContext;
  readonly #lifetime: Lifetime;
  readonly #extending = new Map<LeaseBatch, Promise<void>>();
  #isKeeping = false;

  constructor(context: DispatchContext, lifetime: Lifetime) {
    this.#context = context;
    this.#lifetime = lifetime;
  }

  /** Keeps the leases of these batches alive, as long as any of their messages waits for its place. */
  keep(batches: ReadonlySet<LeaseBatch>): void {
    if (this.#isKeeping) return;
    this.#isKeeping = true;
    void this.#keepWhileWaiting(batches);
  }

  hasTimeToSend(batch: LeaseBatch, now: number = this.#context.time.now()): boolean {
    return batch.leasedUntil - now >= this.#context.options.sendTimeoutMs;
  }

  /** Extends the lease of the whole batch until it suffices. False: the message was lost, or the dispatcher stopped first. */
  async secure(entry: InFlightMessage): Promise<boolean> {
    const { batch } = entry;
    if (this.hasTimeToSend(batch)) return entry.phase !== 'closed';
    const { stopping } = this.#lifetime;
    const isLost = (): boolean => entry.phase === 'closed';
    const extend = async (): Promise<boolean> => {
      // Another message of the batch may have extended it during the pause.
      if (!this.hasTimeToSend(batch)) await this.#extendOnce(batch);
      // An extension may come too late to suffice: that too is followed by a pause.
      return this.hasTimeToSend(batch);
    };
    const suffices = await this.#context.store.retry('extendLease', extend, {
      end: stopping,
      isOver: isLost,
    });
    return suffices && !isLost() && !stopping.aborted;
  }

  /**
   * Gives back what has not begun, so that others can take it at once. A message that cannot be given back waits for the end
   * of its lease. Never rejects.
   */
  async release(entries: readonly InFlightMessage[]): Promise<void> {
    for (const entry of entries) entry.enter('settling');
    const groups = byBatch(entries, (entry) => entry.batch);
    await Promise.all([...groups].map(([batch, group]) => this.#releaseGroup(batch, group)));
  }

  async #releaseGroup(batch: LeaseBatch, entries: readonly InFlightMessage[]): Promise<void> {
    const { store, tell, time } = this.#context;
    const isReleased =
      !this.#lifetime.over.aborted &&
      (await store.retry('release', () => this.#releaseOnce(batch, entries), {
        end: this.#lifetime.over,
        isOver: () => time.now() >= batch.leasedUntil,
      }));
    if (isReleased) return;
    if (!this.#lifetime.over.aborted) {
      const ids = entries.map((entry) => entry.message.id);
      tell({ type: 'lease.lost', at: time.now(), ids, during: 'release' });
    }
    for (const entry of entries) batch.close(entry, 'lost');
  }

  async #releaseOnce(batch: LeaseBatch, entries: readonly InFlightMessage[]): Promise<true> {
    const { store, repository, tell, time } = this.#context;
    const ids = entries.map((entry) => entry.message.id);
    const { held, stale } = await store.call(
      'release',
      () => repository.release(batch.leaseToken, ids),
      (answer) => isLeaseResult(answer, ids.length),
    );
    if (held.length > 0) tell({ type: 'messages.released', at: time.now(), ids: held });
    if (stale.length > 0) tell({ type: 'lease.lost', at: time.now(), ids: stale, during: 'release' });
    const lost = new Set(stale);
    for (const entry of entries) batch.close(entry, lost.has(entry.message.id) ? 'lost' : 'released');
    return true;
  }

  async #keepWhileWaiting(batches: ReadonlySet<LeaseBatch>): Promise<void> {
    const { clock, options, time } = this.#context;
    for (;;) {
      await clock.sleep(options.leaseMs / 3, this.#lifetime.over);
      const waiting = [...batches].filter((batch) => batch.isWaiting);
      if (waiting.length === 0 || this.#lifetime.over.aborted) break;
      const ageing = waiting.filter((batch) => batch.leasedUntil - time.now() < (options.leaseMs / 3) * 2);
      await Promise.all(ageing.map((batch) => this.#extendOnce(batch)));
    }
    this.#isKeeping = false;
  }

  /** One call at a time for a batch. Never rejects: the guard tells the observer, and the lease is as it was. */
  #extendOnce(batch: LeaseBatch): Promise<void> {
    const underWay = this.#extending.get(batch);
    if (underWay !== undefined) return underWay;
    const extension = this.#extend(batch)
      .catch((error: unknown) => this.#context.failures.report('extendLease', error))
      .finally(() => this.#extending.delete(batch));
    this.#extending.set(batch, extension);
    return extension;
  }

  async #extend(batch: LeaseBatch): Promise<void> {
    const { store, repository, time, options, tell } = this.#context;
    const open = [...batch.open];
    const ids = open.map((entry) => entry.message.id);
    const leasedUntil = time.now() + options.leaseMs;
    const result = await store.call(
      'extendLease',
      () => repository.extendLease(batch.leaseToken, ids, leasedUntil),
      (answer) => isLeaseResult(answer, ids.length),
    );
    batch.leasedUntil = leasedUntil;
    const stale = new Set(result.stale);
    // A message that is being sent or settled finds out by its own settle.
    const lost = open.filter(
      ({ message, phase }) => stale.has(message.id) && (phase === 'waiting' || phase === 'starting'),
    );
    if (lost.length === 0) return;
    tell({
      type: 'lease.lost',
      at: time.now(),
      ids: lost.map((entry) => entry.message.id),
      during: 'extend',
    });
    for (const entry of lost) batch.close(entry, 'lost');
  }
}
