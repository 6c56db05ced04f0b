import type { ListResult, Message, MessageStatus, StatusCounts } from '@messaging-system/core';
import { EXACT_COUNT_LIMIT } from '@messaging-system/core/adapter';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import { openInMemoryRepository } from '../../in-memory/in-memory-repository-harness.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { allMessages, allStored, withChanges, wrong } from './repository-double.ts';

function listed(name: string, as: (message: Message) => Message): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    list: async (query) => {
      const result = await reference.list(query);
      return result.kind === 'page' ? { ...result, items: result.items.map(as) } : result;
    },
  }));
}

export const readDoubles: Doubles<MessageRepositoryHarness> = {
  'finds a message as the store keeps it, lease and attempts included': wrong(
    'a find that hides the lease',
    (reference) => ({
      findById: async (id) => {
        const message = await reference.findById(id);
        return message === null ? null : { ...message, leasedUntil: null };
      },
    }),
  ),

  'finds nothing for an unknown id': wrong('a find that throws for an invalid id', (reference) => ({
    findById: async (id) => {
      if (!/^[0-9a-f]{24}$/.test(id)) throw new TypeError(`${id} is not an id`);
      return reference.findById(id);
    },
  })),

  'counts nothing in an empty store, by every status': wrong(
    'counts that leave out a status that nothing has',
    (reference) => ({
      counts: async () => {
        const counts = Object.entries(await reference.counts()).filter(([, { count }]) => count > 0);
        // The mistake: it is not a `StatusCounts`.
        return Object.fromEntries(counts) as StatusCounts;
      },
    }),
  ),

  'counts each status exactly, a leased message as unsent': wrong(
    'counts without the leased messages',
    (reference) => ({
      counts: async () => {
        const counts = await reference.counts();
        const leased = (await allStored(reference)).filter(({ lease }) => lease !== null).length;
        return { ...counts, unsent: { count: counts.unsent.count - leased, exact: true } };
      },
    }),
  ),

  'counts a status beyond the limit exactly, or at least to the limit and says so': {
    name: 'a count that ends at the limit and does not say so',
    open: () =>
      openInMemoryRepository((reference) =>
        withChanges(reference, () => ({
          counts: async () => {
            const counts = await reference.counts();
            const { count } = counts.unsent;
            return { ...counts, unsent: { count: Math.min(count, EXACT_COUNT_LIMIT), exact: true } };
          },
        })),
      ),
  },
};

export const listDoubles: Doubles<MessageRepositoryHarness> = {
  'lists messages newest first, as they are found': listed('a list that leaves out the place', (message) => ({
    ...message,
    dueAt: null,
  })),

  'orders a list by descending id': wrong('a list with the oldest of each page first', (reference) => ({
    list: async (query) => {
      const result = await reference.list(query);
      return result.kind === 'page' ? { ...result, items: result.items.toReversed() } : result;
    },
  })),

  'pages through every message once, whatever the page size': wrong(
    'a cursor that skips a message',
    (reference) => ({
      list: async (query) => {
        const result = await reference.list(query);
        if (result.kind !== 'page' || result.nextCursor === null) return result;
        const older = (await allMessages(reference)).filter(({ id }) => id < (result.nextCursor ?? ''));
        return { ...result, nextCursor: older.at(-1)?.id ?? null };
      },
    }),
  ),

  'sees what was there throughout exactly once while messages come and go': wrong(
    'a cursor that counts messages',
    (reference) => ({
      list: async ({ cursor, limit, ...filter }) => {
        if (cursor !== undefined && !/^[0-9a-f]{24}$/.test(cursor)) return { kind: 'invalid_cursor' };
        const from = Number.parseInt(cursor ?? '0', 16);
        const result = await reference.list({ ...filter, limit: from + limit });
        if (result.kind !== 'page') return result;
        const nextCursor = result.nextCursor === null ? null : (from + limit).toString(16).padStart(24, '0');
        return { kind: 'page', items: result.items.slice(from), nextCursor };
      },
    }),
  ),

  'lists what another instance stored late to a reader that goes back by a margin': wrong(
    'a list that keeps the older pages that it has read',
    (reference) => {
      const kept = new Map<string, ListResult>();
      return {
        list: async (query) => {
          const key = JSON.stringify(query);
          const result = kept.get(key) ?? (await reference.list(query));
          if (query.cursor !== undefined) kept.set(key, result);
          return result;
        },
      };
    },
  ),

  'lists by status': wrong('a list that takes unknown for failed', (reference) => ({
    list: async (query) => {
      const also: MessageStatus = query.status === 'failed' ? 'unknown' : 'failed';
      const result = await reference.list(query);
      if (result.kind !== 'page' || query.status !== 'failed') return result;
      const others = await reference.list({ ...query, status: also });
      return { ...result, items: [...result.items, ...(others.kind === 'page' ? others.items : [])] };
    },
  })),

  'lists by phone number, and by that alone': wrong(
    'a list that takes a phone number for a pattern',
    (reference) => ({
      list: (query) => {
        const { phoneNumber, ...rest } = query;
        return reference.list(phoneNumber === '.*' ? rest : query);
      },
    }),
  ),

  'lists by status and phone number together, page by page': wrong(
    'a second page that forgets the status',
    (reference) => ({
      list: (query) => {
        const { status, ...rest } = query;
        return reference.list(query.cursor !== undefined && query.phoneNumber !== undefined ? rest : query);
      },
    }),
  ),

  'calls a cursor that is not its own invalid': wrong(
    'a list that begins anew for a bad cursor',
    (reference) => ({
      list: async (query) => {
        const result = await reference.list(query);
        const { cursor, ...rest } = query;
        return result.kind === 'invalid_cursor' ? reference.list(rest) : result;
      },
    }),
  ),
};
