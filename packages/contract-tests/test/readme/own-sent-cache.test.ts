import { registerContract, type SentCacheHarness, sentCacheContract } from '@messaging-system/contract-tests';
import { describe, test } from 'vitest';
import { connect, OwnSentCache, TTL_MS } from './own-sent-cache.ts';

async function openHarness(): Promise<SentCacheHarness> {
  const store = connect();
  return {
    cache: new OwnSentCache(store),
    openAnother: async () => new OwnSentCache(store),
    ttlMs: TTL_MS,
    // A store with a clock of its own has to be waited for: a time to live of a second is then enough.
    expire: () => store.clock.advance(TTL_MS),
    // The store's own record, past the cache.
    probeTtlMs: async (id) => {
      const kept = store.texts.get(id);
      return kept === undefined ? null : kept.expiresAt - store.clock.now();
    },
    corrupt: async (id) => {
      store.texts.set(id, { text: 'no record at all', expiresAt: store.clock.now() + TTL_MS });
    },
    close: async () => store.texts.clear(),
  };
}

registerContract('OwnSentCache', sentCacheContract, { describe, test }, openHarness);
