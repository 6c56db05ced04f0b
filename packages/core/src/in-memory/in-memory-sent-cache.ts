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
    const now = this.#clock.now();
    this.#dropExpired(now);
    for (const record of records) {
      // To the end: the entries stand in the order in which they expire.
      this.#entries.delete(record.id);
      this.#entries.set(record.id, { record, expiresAt: now + this.#ttlMs });
    }
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

  #dropExpired(now: number): void {
    for (const [id, entry] of this.#entries) {
      if (entry.expiresAt > now) return;
      this.#entries.delete(id);
    }
  }
}
