import type { SentCache, SentRecord } from '@messaging-system/core/adapter';
import type { ManualClock } from '@messaging-system/core/in-memory';

/** A store of texts that expire, as a server would keep them. */
export interface TextStore {
  readonly clock: ManualClock;
  readonly ttlMs: number;
  readonly texts: Map<string, { readonly text: string; readonly expiresAt: number }>;
}

/** The smallest cache that keeps every promise: what the doubles are broken from. Each instance works on a store that it is given. */
export class TextSentCache implements SentCache {
  readonly #store: TextStore;

  constructor(store: TextStore) {
    this.#store = store;
  }

  async remember(records: readonly SentRecord[]): Promise<void> {
    const expiresAt = this.#store.clock.now() + this.#store.ttlMs;
    for (const record of records)
      this.#store.texts.set(record.id, { text: JSON.stringify(record), expiresAt });
  }

  async recall(ids: readonly string[]): Promise<readonly SentRecord[]> {
    return ids.flatMap((id) => {
      const kept = this.#store.texts.get(id);
      return kept === undefined || kept.expiresAt <= this.#store.clock.now() ? [] : readRecord(kept.text);
    });
  }

  async forget(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#store.texts.delete(id);
  }
}

function readRecord(text: string): readonly SentRecord[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}
