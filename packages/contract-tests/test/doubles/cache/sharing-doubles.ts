import type { Ack, SentRecord } from '@messaging-system/core/adapter';
import type { SentCacheHarness } from '../../../src/index.ts';
import type { TextStore } from '../../sent-cache/text-sent-cache.ts';
import { aTextStore, heldAcks, openTextSentCache } from '../../sent-cache/text-sent-cache-harness.ts';
import type { Doubles } from '../register-doubles.ts';
import { turn } from '../turn.ts';
import { wrongCache, wrongOnStore } from './cache-double.ts';

function put(store: TextStore, record: SentRecord): void {
  store.texts.set(record.id, { text: JSON.stringify(record), expiresAt: store.clock.now() + store.ttlMs });
}

export const sharingDoubles: Doubles<SentCacheHarness> = {
  'remembers and recalls for twenty racing callers': wrongCache(
    'a remember that writes back all it read',
    (_reference, store) => ({
      remember: async (records) => {
        const all = [...store.texts];
        await turn();
        store.texts.clear();
        for (const [id, kept] of all) store.texts.set(id, kept);
        for (const record of records) put(store, record);
      },
    }),
  ),

  'keeps one whole record of twenty that race for an id': wrongCache(
    'a record that is written field by field',
    (reference, store) => ({
      remember: async (records) => {
        await reference.remember(records);
        for (const { id, sentAt } of records) {
          // Every other caller is a little later with its second field than with its first.
          await turn();
          if (sentAt % 2 === 0) await turn();
          const [now] = await reference.recall([id]);
          if (now !== undefined) put(store, { ...now, sentAt });
        }
      },
    }),
  ),

  'shows what it remembers to every instance': wrongCache(
    'an instance that trusts its memory',
    (reference) => {
      const unknown = new Set<string>();
      return {
        remember: async (records) => {
          for (const { id } of records) unknown.delete(id);
          await reference.remember(records);
        },
        recall: async (ids) => {
          const known = await reference.recall(ids.filter((id) => !unknown.has(id)));
          for (const id of ids) if (!known.some((record) => record.id === id)) unknown.add(id);
          return known;
        },
      };
    },
  ),

  'throws SentCacheUnavailableError from every operation while the store cannot be reached': wrongOnStore(
    "a driver's error that comes through as it is",
    { unreachable: () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }) },
  ),

  'is not settled with a repository of another store': wrongCache(
    'a cache that is settled with anything',
    () => ({
      isSettledWith: () => true,
    }),
  ),

  'remembers the acks of a repository that it is settled with': wrongOnStore(
    'a settle that remembers nothing',
    {
      remembered: () => [],
    },
  ),

  'remembers nothing but acks of a repository that it is settled with': wrongOnStore(
    'a settle that remembers whatever it settles',
    {
      remembered: (settlements, { held }) =>
        settlements
          .filter(({ id }) => held.includes(id))
          .map((each) => (each.kind === 'ack' ? each : { ...AN_ACK, id: each.id })),
    },
  ),

  'remembers no stale ack of a repository that it is settled with': wrongOnStore(
    'a settle that remembers before it knows',
    {
      remembered: (settlements, { stale }) =>
        heldAcks(settlements, { held: settlements.map(({ id }) => id), stale }),
    },
  ),
};

const AN_ACK: Ack = {
  kind: 'ack',
  id: '',
  attempt: null,
  sentAt: 0,
  webhookMessageId: null,
  settledAt: 0,
};

export const cacheHarnessDoubles: Doubles<SentCacheHarness> = {
  'the harness opens a cache of its own each time, and closing one leaves the others': {
    name: 'a cache that is shared by all that are open',
    open: shareOpenStore(),
    concurrency: 1,
  },

  'the probe tells the life of a record, and of nothing else': wrongOnStore(
    'a probe that tells 0 of nothing',
    {
      harness: ({ probeTtlMs }) => ({ probeTtlMs: async (id) => (await probeTtlMs(id)) ?? 0 }),
    },
  ),

  'the harness has a time to live that a busy machine does not use up in a case': {
    name: 'a time to live of 100 ms',
    open: () => openTextSentCache({}, aTextStore(100)),
  },
};

function shareOpenStore(): () => Promise<SentCacheHarness> {
  let store: TextStore | null = null;
  return async () => {
    if (store !== null) return openTextSentCache({}, store);
    store = aTextStore();
    const close = async (): Promise<void> => {
      store = null;
    };
    return openTextSentCache({ harness: () => ({ close }) }, store);
  };
}
