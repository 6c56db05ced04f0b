import type { Clock } from '../ports/clock.ts';
import type { SentCache, SentRecord } from '../ports/sent-cache.ts';

const DAY_MS = 86_400_000;

/** The reference cache: a `Map` whose records expire by the clock that it is given. */
export class InMemorySentCache implements SentCache {
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #entries = new Map<string, { readonly record: SentRecord; readonly expiresAt: number }>();

  constructor(clock: Clock, ttlMs: number = DAY_MS) {
    this.#clock = clock;
    this.#ttlMs = ttlMs;
  }

  async remember(records: readonly SentRecord[]): Promise<void> {
    const expiresAt = this.#clock.now() + this.#ttlMs;
    for (const record of records) this.#entries.set(record.id, { record, expiresAt });
  }

  async recall(ids: readonly string[]): Promise<readonly SentRecord[]> {
    const now = this.#clock.now();
    return ids.flatMap((id) => {
      const entry = this.#entries.get(id);
      return entry !== undefined && entry.expiresAt > now ? [entry.record] : [];
    });
  }

  async forget(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#entries.delete(id);
  }
}
