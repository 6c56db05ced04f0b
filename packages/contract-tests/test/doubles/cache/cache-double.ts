import type { SentCache } from '@messaging-system/core/adapter';
import type { SentCacheHarness } from '../../../src/index.ts';
import type { TextSentCache, TextStore } from '../../sent-cache/text-sent-cache.ts';
import { type OnTextStore, openTextSentCache } from '../../sent-cache/text-sent-cache-harness.ts';
import type { Double } from '../register-doubles.ts';

/** The reference with one method changed; each instance is made anew on the same store. */
export function wrongCache(
  name: string,
  cache: (reference: TextSentCache, store: TextStore) => Partial<SentCache>,
): Double<SentCacheHarness> {
  return wrongOnStore(name, { cache });
}

/** Something else wrong about the cache, its repository or its harness. */
export function wrongOnStore(name: string, broken: OnTextStore): Double<SentCacheHarness> {
  return { name, open: () => openTextSentCache(broken) };
}

/** The reference that does something to its store once it has remembered. */
export function remembersThen(
  name: string,
  then: (store: TextStore, ids: readonly string[]) => void,
): Double<SentCacheHarness> {
  return wrongCache(name, (reference, store) => ({
    remember: async (records) => {
      await reference.remember(records);
      then(
        store,
        records.map(({ id }) => id),
      );
    },
  }));
}

/** Lets a record expire at another time. */
export function expireAt(
  store: TextStore,
  id: string,
  expiresAt: (now: number, before: number) => number,
): void {
  const kept = store.texts.get(id);
  if (kept !== undefined) {
    store.texts.set(id, { ...kept, expiresAt: expiresAt(store.clock.now(), kept.expiresAt) });
  }
}
