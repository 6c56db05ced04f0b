import type { SentCacheHarness } from '../../../src/index.ts';
import type { Doubles } from '../register-doubles.ts';
import { expireAt, remembersThen, wrongCache } from './cache-double.ts';

export const expiryDoubles: Doubles<SentCacheHarness> = {
  'stores every record of a batch with the time to live': remembersThen(
    'a forgotten time to live of a batch',
    (store, ids) => {
      if (ids.length < 10) return;
      for (const id of ids.slice(1)) expireAt(store, id, () => Number.POSITIVE_INFINITY);
    },
  ),

  'gives a record that replaces another a time to live too': wrongCache(
    'a forgotten time to live of a replacement',
    (reference, store) => ({
      remember: async (records) => {
        const known = (await reference.recall(records.map(({ id }) => id))).map(({ id }) => id);
        await reference.remember(records);
        for (const id of known) expireAt(store, id, () => Number.POSITIVE_INFINITY);
      },
    }),
  ),

  'does not recall what has expired': wrongCache('a recall of what has expired', (reference, store) => ({
    recall: async (ids) => {
      if (ids.length !== 3) return reference.recall(ids);
      return ids.flatMap((id) => JSON.parse(store.texts.get(id)?.text ?? '[]'));
    },
  })),

  'lets each record expire by its own time': remembersThen('one time to live for all', (store) => {
    for (const id of store.texts.keys()) expireAt(store, id, (now) => now + store.ttlMs);
  }),

  'does not lengthen the life of a record by recalling it': wrongCache(
    'a recall that lengthens a life',
    (reference, store) => ({
      recall: async (ids) => {
        const known = await reference.recall(ids);
        for (const { id } of known) expireAt(store, id, (_now, before) => before + 1_000);
        return known;
      },
    }),
  ),

  'remembers again what has expired': wrongCache('an expired record that stays', (reference, store) => ({
    remember: (records) => reference.remember(records.filter(({ id }) => !isExpired(store, id))),
  })),
};

function isExpired(store: Parameters<typeof expireAt>[0], id: string): boolean {
  const kept = store.texts.get(id);
  return kept !== undefined && kept.expiresAt <= store.clock.now();
}
