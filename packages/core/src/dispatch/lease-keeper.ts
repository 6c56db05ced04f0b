import type { StopSignal } from '../ports/stop-signal.ts';
import { isLeaseResult } from './adapter-answers.ts';
import type { DispatchContext } from './dispatch-context.ts';
import type { LeaseBatch, LeasedMessage } from './lease-batch.ts';

/**
 * Sees to it that no send begins with less of its lease left than a send may take, and that what waits for its place meanwhile does not lose
 * its lease.
 */
export class LeaseKeeper {
  readonly #context: DispatchContext;
  readonly #stop: StopSignal;
  readonly #ended: StopSignal;
  readonly #extending = new Map<LeaseBatch, Promise<void>>();
  #isKeeping = false;

  constructor(parts: {
    readonly context: DispatchContext;
    /** Nothing begins after it. */
    readonly stop: StopSignal;
    /** Nothing is under way any more. */
    readonly ended: StopSignal;
  }) {
    this.#context = parts.context;
    this.#stop = parts.stop;
    this.#ended = parts.ended;
  }

  /** Keeps the leases of these batches alive, as long as any of their messages waits for its place. */
  keep(batches: ReadonlySet<LeaseBatch>): void {
    if (this.#isKeeping) return;
    this.#isKeeping = true;
    void this.#keepWhileWaiting(batches);
  }

  hasTimeToSend(batch: LeaseBatch): boolean {
    return batch.leasedUntil - this.#context.time.now() >= this.#context.options.sendTimeoutMs;
  }

  /** Extends the lease of the whole batch until it suffices. False: the message was lost, or the dispatcher stopped first. */
  async secure(entry: LeasedMessage): Promise<boolean> {
    const { batch } = entry;
    if (this.hasTimeToSend(batch)) return entry.phase !== 'closed';
    const isOver = (): boolean => entry.phase === 'closed' || this.#stop.aborted;
    // An extension may come too late to suffice: that too is followed by a pause.
    const extend = async (): Promise<boolean> => {
      await this.#extendOnce(batch);
      return this.hasTimeToSend(batch);
    };
    const suffices = await this.#context.store.retry('extendLease', extend, { end: this.#stop, isOver });
    return suffices && !isOver();
  }

  async #keepWhileWaiting(batches: ReadonlySet<LeaseBatch>): Promise<void> {
    const { clock, options, time } = this.#context;
    for (;;) {
      await clock.sleep(options.leaseMs / 3, this.#ended);
      const waiting = [...batches].filter((batch) => batch.isWaiting);
      if (waiting.length === 0 || this.#ended.aborted) break;
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
      isLeaseResult,
    );
    batch.leasedUntil = leasedUntil;
    const stale = new Set(result.stale);
    // What is being sent or settled finds out by its own settle.
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
