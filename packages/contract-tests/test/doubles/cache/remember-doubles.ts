import type { SentRecord } from '@messaging-system/core/adapter';
import type { SentCacheHarness } from '../../../src/index.ts';
import type { TextSentCache } from '../../sent-cache/text-sent-cache.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { wrongCache } from './cache-double.ts';

/** The reference that remembers something else than it is given. */
function remembers(name: string, as: (record: SentRecord) => SentRecord): Double<SentCacheHarness> {
  return wrongCache(name, (reference) => ({ remember: (records) => reference.remember(records.map(as)) }));
}

async function knows(reference: TextSentCache, id: string): Promise<boolean> {
  return (await reference.recall([id])).length > 0;
}

export const rememberDoubles: Doubles<SentCacheHarness> = {
  'recalls what was remembered, to the millisecond': remembers('a time to the nearest second', (record) => {
    const beyond = record.sentAt % 1000;
    return beyond < 500 ? record : { ...record, sentAt: record.sentAt - beyond + 1000 };
  }),

  'recalls a delivery that the receiver gave no id': remembers('an empty text for no id', (record) => ({
    ...record,
    webhookMessageId: record.webhookMessageId ?? '',
  })),

  "keeps the receiver's id as it is": remembers('an id that is trimmed', (record) => ({
    ...record,
    webhookMessageId: record.webhookMessageId?.trim() ?? null,
  })),

  'leaves out what it does not know': wrongCache('a recall that throws when it knows none', (reference) => ({
    recall: async (ids) => {
      const known = await reference.recall(ids);
      if (ids.length === 2 && known.length === 0) throw new TypeError('no such records');
      return known;
    },
  })),

  'remembers a batch and recalls any part of it': wrongCache('a batch cut at five hundred', (reference) => ({
    remember: (records) => reference.remember(records.slice(0, 500)),
  })),

  'replaces a record by a second one for the same id': wrongCache(
    'a first record that stays',
    (reference) => ({
      remember: async (records) => {
        for (const record of records)
          if (!(await knows(reference, record.id))) await reference.remember([record]);
      },
    }),
  ),

  'forgets the given ids, and only those': wrongCache(
    'a forget that stops at what is unknown',
    (reference) => ({
      forget: async (ids) => {
        for (const id of ids) {
          if (!(await knows(reference, id))) return;
          await reference.forget([id]);
        }
      },
    }),
  ),

  'remembers again what it forgot': wrongCache('a forget that is for ever', (reference) => {
    const forgotten = new Set<string>();
    return {
      remember: (records) => reference.remember(records.filter(({ id }) => !forgotten.has(id))),
      forget: async (ids) => {
        for (const id of ids) forgotten.add(id);
        await reference.forget(ids);
      },
    };
  }),

  'takes ids for what they are and not for patterns': wrongCache(
    'a forget by patterns',
    (reference, store) => ({
      forget: async (ids) => {
        const isMeant = (id: string): boolean =>
          ids.some(
            (pattern) => pattern === id || (pattern.endsWith('*') && id.startsWith(pattern.slice(0, -1))),
          );
        await reference.forget([...store.texts.keys()].filter(isMeant));
      },
    }),
  ),

  'does nothing for an empty call': wrongCache('a recall that refuses an empty call', (reference) => ({
    recall: async (ids) => {
      if (ids.length === 0) throw new TypeError('wrong number of arguments');
      return reference.recall(ids);
    },
  })),

  'leaves out an unreadable record and recalls the others': wrongCache(
    'a recall that breaks at an unreadable record',
    (reference, store) => ({
      recall: async (ids) => {
        for (const id of ids) JSON.parse(store.texts.get(id)?.text ?? 'null');
        return reference.recall(ids);
      },
    }),
  ),

  'replaces an unreadable record': wrongCache(
    'a remember that leaves what it cannot read',
    (reference, store) => ({
      remember: (records) => {
        const isUnreadable = ({ id }: SentRecord): boolean => store.texts.get(id)?.text === '{"id":';
        return reference.remember(records.filter((record) => !isUnreadable(record)));
      },
    }),
  ),
};
