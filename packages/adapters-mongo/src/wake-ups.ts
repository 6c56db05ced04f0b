import type { ChangeFeed } from './change-feed.ts';

/** Tells listeners that messages may have become due: what this instance did, and what its change feed hears from others. */
export class WakeUps {
  readonly #listeners = new Set<{ readonly onDue: () => void }>();
  readonly #feed: ChangeFeed | null;

  constructor(feed: ChangeFeed | null) {
    this.#feed = feed;
  }

  watch(onDue: () => void): () => Promise<void> {
    const listener = { onDue };
    this.#listeners.add(listener);
    this.#feed?.open(() => this.wake());
    return async () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) await this.#feed?.close();
    };
  }

  wake(): void {
    for (const { onDue } of this.#listeners) {
      try {
        onDue();
      } catch {
        // Whoever stored a message must not be told that it failed because a listener did.
      }
    }
  }
}
