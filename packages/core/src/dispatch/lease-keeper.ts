import type { StopSignal } from '../ports/stop-signal.ts';
import type { DispatchContext } from './dispatch-context.ts';
import { faultBackoffMs } from './fault-backoff.ts';
import type { LeaseBatch, LeasedMessage } from './lease-batch.ts';

/** Sees to it that no send begins with less of its lease left than a send may take. */
export class LeaseKeeper {
  readonly #context: DispatchContext;
  readonly #stop: StopSignal;
  readonly #extending = new Map<LeaseBatch, Promise<void>>();

  constructor(context: DispatchContext, stop: StopSignal) {
    this.#context = context;
    this.#stop = stop;
  }

  hasTimeToSend(batch: LeaseBatch): boolean {
    return batch.leasedUntil - this.#context.time.now() >= this.#context.options.sendTimeoutMs;
  }

  /** Extends the lease of the whole batch until it suffices. False: the message was lost, or the dispatcher stopped first. */
  async secure(entry: LeasedMessage): Promise<boolean> {
    const { clock, random } = this.#context;
    const { batch } = entry;
    for (let faults = 1; !this.hasTimeToSend(batch); faults += 1) {
      const extension = this.#extending.get(batch) ?? this.#extend(batch);
      this.#extending.set(batch, extension);
      // The guard has told the observer.
      await extension.catch(() => undefined);
      this.#extending.delete(batch);
      // Also where it came too late to suffice: the store must not be asked in a busy loop.
      if (!this.hasTimeToSend(batch)) await clock.sleep(faultBackoffMs(faults, random.next()), this.#stop);
      if (entry.phase === 'closed' || this.#stop.aborted) return false;
    }
    return entry.phase !== 'closed';
  }

  async #extend(batch: LeaseBatch): Promise<void> {
    const { store, repository, time, options, tell } = this.#context;
    const open = [...batch.open];
    const ids = open.map((entry) => entry.message.id);
    const leasedUntil = time.now() + options.leaseMs;
    const result = await store.call('extendLease', () =>
      repository.extendLease(batch.leaseToken, ids, leasedUntil),
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
