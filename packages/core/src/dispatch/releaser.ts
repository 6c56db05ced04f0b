import type { StopSignal } from '../ports/stop-signal.ts';
import { isLeaseResult } from './adapter-answers.ts';
import type { DispatchContext } from './dispatch-context.ts';
import { byBatch, type LeaseBatch, type LeasedMessage } from './lease-batch.ts';

/** Gives back what has not begun, so that others can take it at once. What can't be given back waits for the lease's end. */
export class Releaser {
  readonly #context: DispatchContext;
  readonly #givenUp: StopSignal;

  constructor(context: DispatchContext, givenUp: StopSignal) {
    this.#context = context;
    this.#givenUp = givenUp;
  }

  /** Never rejects. */
  async release(entries: readonly LeasedMessage[]): Promise<void> {
    for (const entry of entries) entry.phase = 'settling';
    const groups = byBatch(entries, (entry) => entry.batch);
    await Promise.all([...groups].map(([batch, group]) => this.#releaseGroup(batch, group)));
  }

  async #releaseGroup(batch: LeaseBatch, entries: readonly LeasedMessage[]): Promise<void> {
    const { store, tell, time } = this.#context;
    const isReleased =
      !this.#givenUp.aborted &&
      (await store.retry('release', () => this.#tryOnce(batch, entries), {
        end: this.#givenUp,
        isOver: () => this.#givenUp.aborted || time.now() >= batch.leasedUntil,
      }));
    if (isReleased) return;
    if (!this.#givenUp.aborted) {
      const ids = entries.map((entry) => entry.message.id);
      tell({ type: 'lease.lost', at: time.now(), ids, during: 'release' });
    }
    for (const entry of entries) batch.close(entry, 'lost');
  }

  async #tryOnce(batch: LeaseBatch, entries: readonly LeasedMessage[]): Promise<true> {
    const { store, repository, tell, time } = this.#context;
    const ids = entries.map((entry) => entry.message.id);
    const { held, stale } = await store.call(
      'release',
      () => repository.release(batch.leaseToken, ids),
      isLeaseResult,
    );
    if (held.length > 0) tell({ type: 'messages.released', at: time.now(), ids: held });
    if (stale.length > 0) tell({ type: 'lease.lost', at: time.now(), ids: stale, during: 'release' });
    const lost = new Set(stale);
    for (const entry of entries) batch.close(entry, lost.has(entry.message.id) ? 'lost' : 'released');
    return true;
  }
}
