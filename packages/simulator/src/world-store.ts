import type { Clock } from '@messaging-system/core';
import type { MessageRepository, Random, SentCache } from '@messaging-system/core/adapter';
import { InMemoryMessageRepository, InMemorySentCache } from '@messaging-system/core/in-memory';

/** The adapters under test, which a world puts between its processes. */
export interface WorldStore {
  readonly repository: MessageRepository;
  /** How many messages that were due earlier a claim may leave behind a message that it takes. Absent: none. */
  readonly claimWindow?: number;
  /** Absent where the adapter has none; a world without a sent cache does not use it. */
  readonly sentCache?: SentCache;
  /**
   * Puts an unsent message as another service writes it, with none of our fields, and returns its id. Absent where no other service can
   * share the store.
   */
  putForeign?(message: { readonly phoneNumber: string; readonly content: string }): Promise<string>;
  close(): Promise<void>;
}

export interface WorldStoreContext {
  /** The world's own time and chance: an adapter that takes others makes worlds that can't be repeated. */
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Opens a fresh, empty store for one world. Its calls are made one at a time, the next when the one before has ended, whatever the
 * processes do; it must not wait for timers.
 */
export type OpenWorldStore = (context: WorldStoreContext) => Promise<WorldStore>;

/** The reference adapters of core. */
export const openInMemoryStore: OpenWorldStore = async ({ clock, random }) => {
  const repository = new InMemoryMessageRepository(random);
  return {
    repository,
    sentCache: new InMemorySentCache(clock),
    putForeign: async (message) => repository.putForeign(message),
    close: async () => {},
  };
};
