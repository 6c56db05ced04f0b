import { isLeaseResult } from '../ports/adapter-answers.ts';
import type { DispatchContext } from './dispatch-context.ts';
import { byBatch, type InFlightMessage, type LeaseBatch } from './lease-batch.ts';
import type { Lifetime } from './lifetime.ts';

export type JournalResult =
  | 'begun'
  /** Somebody else holds it: it must not be sent. */
  | 'stale'
  /** The store did not take it before the dispatcher was stopped or the lease ran out: it must not be sent. */
  | 'not_journaled';

interface PendingBeginning {
  readonly entry: InFlightMessage;
  readonly answer: (result: JournalResult) => void;
}

/** Journals the beginning of attempts, those that begin together in one call. */
export class AttemptJournal {
  readonly #context: DispatchContext;
  readonly #lifetime: Lifetime;
  #pending: PendingBeginning[] = [];
  #isFlushing = false;

  constructor(context: DispatchContext, lifetime: Lifetime) {
    this.#context = context;
    this.#lifetime = lifetime;
  }

  begin(entry: InFlightMessage): Promise<JournalResult> {
    const { promise, resolve } = Promise.withResolvers<JournalResult>();
    this.#pending.push({ entry, answer: resolve });
    if (!this.#isFlushing) void this.#flush();
    return promise;
  }

  async #flush(): Promise<void> {
    this.#isFlushing = true;
    while (this.#pending.length > 0) {
      // A turn for those that begin in this same moment.
      await Promise.resolve();
      const items = this.#pending;
      this.#pending = [];
      const groups = byBatch(items, (item) => item.entry.batch);
      await Promise.all([...groups].map(([batch, group]) => this.#journal(batch, group)));
    }
    this.#isFlushing = false;
  }

  async #journal(batch: LeaseBatch, items: readonly PendingBeginning[]): Promise<void> {
    const { store, repository, time } = this.#context;
    const ids = items.map((item) => item.entry.message.id);
    const isAnswered = await store.retry(
      'beginAttempt',
      async () => {
        const begunAt = time.now();
        const result = await store.call(
          'beginAttempt',
          () => repository.beginAttempt(batch.leaseToken, ids, begunAt),
          (answer) => isLeaseResult(answer, ids.length),
        );
        const stale = new Set(result.stale);
        for (const { entry, answer } of items) answer(stale.has(entry.message.id) ? 'stale' : 'begun');
        return true;
      },
      {
        end: this.#lifetime.stopping,
        isOver: () => time.now() >= batch.leasedUntil,
      },
    );
    if (!isAnswered) for (const { answer } of items) answer('not_journaled');
  }
}
