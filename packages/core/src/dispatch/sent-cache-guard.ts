import { SentCacheUnavailableError } from '../errors.ts';
import type { MessagingEvent } from '../events/messaging-event.ts';
import { areSentRecords, wrongAnswer } from '../ports/adapter-answers.ts';
import type { Clock } from '../ports/clock.ts';
import type { SentCache, SentRecord } from '../ports/sent-cache.ts';
import type { CallDeadlines } from './deadline.ts';
import type { Failures } from './failures.ts';

/** How long the sent cache is waited for before delivery goes on without it. */
const CACHE_TIMEOUT_MS = 250;

/** Uses the sent cache as what it is: a help that may be missing, never a reason to wait long or to stop. */
export class SentCacheGuard {
  readonly #cache: SentCache | undefined;
  readonly #clock: Clock;
  readonly #deadlines: CallDeadlines;
  readonly #failures: Failures;
  readonly #tell: (event: MessagingEvent) => void;

  constructor(
    cache: SentCache | undefined,
    clock: Clock,
    deadlines: CallDeadlines,
    failures: Failures,
    tell: (event: MessagingEvent) => void,
  ) {
    this.#cache = cache;
    this.#clock = clock;
    this.#deadlines = deadlines;
    this.#failures = failures;
    this.#tell = tell;
  }

  /** Whether the records are known to be remembered. */
  async remember(records: readonly SentRecord[]): Promise<boolean> {
    const done = await this.#attempt('remember', async (cache) => {
      await cache.remember(records);
      return true;
    });
    return done ?? false;
  }

  /** The remembered deliveries, by id; empty when the cache does not answer. */
  async recall(ids: readonly string[]): Promise<ReadonlyMap<string, SentRecord>> {
    const records = await this.#attempt('recall', async (cache) => {
      const known = await cache.recall(ids);
      if (!areSentRecords(known)) throw new TypeError(wrongAnswer('recall', 'sent cache', known));
      return new Map(known.map((record) => [record.id, record]));
    });
    return records ?? new Map();
  }

  async #attempt<Result>(
    operation: 'remember' | 'recall',
    work: (cache: SentCache) => Promise<Result>,
  ): Promise<Result | null> {
    if (this.#cache === undefined) return null;
    try {
      const outcome = await this.#deadlines.within(CACHE_TIMEOUT_MS, work(this.#cache));
      if (outcome.kind === 'done') return outcome.result;
      throw new SentCacheUnavailableError(
        `the sent cache did not answer ${operation} within ${CACHE_TIMEOUT_MS} ms`,
      );
    } catch (error) {
      this.#failures.note(operation, error);
      this.#tell({ type: 'sent_cache.unavailable', at: this.#clock.now(), operation, error });
      return null;
    }
  }
}
