import { InMemorySentCache, ManualClock } from '@messaging-system/core/in-memory';
import type { SentCacheHarness } from '../../src/index.ts';

const TTL_MS = 86_400_000;

export async function openInMemorySentCache(): Promise<SentCacheHarness> {
  const clock = new ManualClock();
  const cache = new InMemorySentCache(clock, TTL_MS);
  const isAliveIn = async (id: string, ms: number): Promise<boolean> => {
    const now = clock.now();
    clock.set(now + ms);
    const [record] = await cache.recall([id]);
    clock.set(now);
    return record !== undefined;
  };
  return {
    cache,
    ttlMs: TTL_MS,
    expire: () => clock.advance(TTL_MS),
    // The cache shows its records to nobody: halves the time between a life and a death of the record.
    probeTtlMs: async (id) => {
      let [alive, dead] = [-1, TTL_MS * 4];
      while (dead - alive > 1) {
        const middle = Math.floor((alive + dead) / 2);
        if (await isAliveIn(id, middle)) alive = middle;
        else dead = middle;
      }
      return alive === -1 ? null : dead;
    },
    // A map of records holds nothing unreadable; the nearest is nothing.
    corrupt: (id) => cache.forget([id]),
    close: async () => undefined,
  };
}
