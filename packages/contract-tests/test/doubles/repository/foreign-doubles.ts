import type { Message } from '@messaging-system/core';
import type { ClaimedMessage } from '@messaging-system/core/adapter';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Doubles } from '../register-doubles.ts';
import { claimsThen, ordered } from './claim-doubles.ts';
import { judged } from './lease-operation-double.ts';
import { allMessages, allStored, change, wrong } from './repository-double.ts';

const ZERO_TIME = Date.parse('0001-01-01T00:00:00Z');

function isForeign({ createdAt }: Message): boolean {
  return createdAt === null;
}

export const foreignDoubles: Doubles<MessageRepositoryHarness> = {
  'hands out a foreign message as it is, at any time, and says that it is foreign': claimsThen(
    'a claim that takes a foreign message for its own',
    (_reference, claimed) => ({ ...claimed, foreign: false }),
  ),

  'finds and lists a foreign message': wrong('a list of its own messages', (reference) => ({
    list: async (query) => {
      const result = await reference.list(query);
      if (result.kind !== 'page' || query.status !== 'unsent') return result;
      return { ...result, items: result.items.filter(({ createdAt }) => createdAt !== null) };
    },
  })),

  'shares each claim of two or more between foreign messages and its own': wrong(
    'a claim that takes foreign messages when it has no own ones',
    (reference) => ({
      claimDue: async (request) => {
        const due = (await allMessages(reference)).filter(
          ({ status, availableAt }) => status === 'unsent' && (availableAt ?? 0) <= request.now,
        );
        const own = due.filter(({ availableAt }) => availableAt !== null);
        const hidden = own.length === 0 ? [] : due.filter(({ availableAt }) => availableAt === null);
        for (const { id } of hidden) change(reference, id, () => ({ status: 'cancelled' }));
        const claimed = await reference.claimDue(request);
        for (const { id } of hidden) change(reference, id, () => ({ status: 'unsent' }));
        return claimed;
      },
    }),
  ),

  'fills a claim from the one stream when the other is short': wrong(
    'a claim that keeps half its places for its own messages',
    (reference) => ({
      claimDue: async (request) => {
        const claimed = await reference.claimDue(request);
        const foreign = claimed.filter(
          (each) => each.foreign && !each.interrupted && each.message.attempts === 0,
        );
        const tooMany =
          request.limit > 4 && request.limit < 100 ? foreign.slice(Math.floor(request.limit / 2)) : [];
        const without = (each: ClaimedMessage): boolean => !tooMany.includes(each);
        await reference.release(
          request.leaseToken,
          tooMany.map(({ message }) => message.id),
        );
        return claimed.filter(without);
      },
    }),
  ),

  'serves foreign messages in the order they were put, within its claim window': ordered(
    'a claim that takes the latest foreign message first',
    ({ id }) => -Number.parseInt(id, 16),
    { foreign: true },
  ),

  'settles a foreign message': judged('an ack of its own messages', 'settle', (stored) =>
    stored !== null &&
    isForeign(stored.message) &&
    stored.message.lostLeases === 0 &&
    stored.message.availableAt !== null
      ? 'stale'
      : 'right',
  ),

  'queues a nacked foreign message at its new due time, still foreign': claimsThen(
    'a claim that takes a tried message for its own',
    (_reference, claimed) => ({ ...claimed, foreign: claimed.foreign && claimed.message.attempts === 0 }),
  ),

  'gives a released foreign message back as it was': wrong(
    'a release that dates a foreign message',
    (reference) => ({
      release: async (token, ids) => {
        const result = await reference.release(token, ids);
        for (const id of result.held)
          change(reference, id, ({ availableAt }) => ({ availableAt: availableAt ?? 0 }));
        return result;
      },
    }),
  ),

  'takes over the expired lease of a foreign message': claimsThen(
    'a take-over that takes a foreign message for its own',
    (_reference, claimed) => ({ ...claimed, foreign: claimed.foreign && !claimed.interrupted }),
  ),

  'cancels and erases foreign messages': wrong('an erase of its own messages', (reference) => ({
    erase: async (phoneNumber, limit) => {
      const foreign = (await allMessages(reference)).filter(isForeign);
      for (const { id } of foreign) change(reference, id, () => ({ phoneNumber: 'elsewhere' }));
      return reference.erase(phoneNumber, limit);
    },
  })),

  'lists a sent message of another service that does not say when it was sent': wrong(
    'a list that takes the year 1 for a time',
    (reference) => ({
      list: async (query) => {
        const result = await reference.list(query);
        if (result.kind !== 'page') return result;
        const dated = result.items.map((message) =>
          message.status === 'sent' ? { ...message, sentAt: message.sentAt ?? ZERO_TIME } : message,
        );
        return { ...result, items: dated };
      },
    }),
  ),

  'takes no message for leased that another service marked sent: it can be erased': wrong(
    'an erase that takes every token for a lease',
    (reference) => ({
      erase: async (phoneNumber, limit) => {
        const marked = (await allStored(reference)).filter(
          ({ message }) => message.status === 'sent' && message.availableAt !== null,
        );
        const lease = { token: 'left behind', journals: false, begunAt: null };
        for (const { message, ...rest } of marked) {
          const leasedUntil = message.availableAt ?? 0;
          reference.put({ ...rest, message: { ...message, status: 'unsent', leasedUntil }, lease });
        }
        const result = await reference.erase(phoneNumber, limit);
        for (const stored of marked) reference.put(stored);
        return result;
      },
    }),
  ),

  'never prunes a sent message that it did not settle': wrong(
    'a prune that takes no time for a long time ago',
    (reference) => ({
      prune: async (settledBefore, limit) => {
        for (const { id, status, settledAt } of await allMessages(reference)) {
          if (status === 'sent' && settledAt === null) change(reference, id, () => ({ settledAt: 0 }));
        }
        return reference.prune(settledBefore, limit);
      },
    }),
  ),

  'hands out a record that cannot be read, so that it is given up and blocks nobody': wrong(
    'a claim that skips what it cannot read',
    (reference) => ({
      claimDue: async (request) => {
        const claimed = await reference.claimDue(request);
        const unreadable = claimed.filter(({ message }) => message.phoneNumber === '');
        await reference.release(
          request.leaseToken,
          unreadable.map(({ message }) => message.id),
        );
        return claimed.filter((each) => !unreadable.includes(each));
      },
    }),
  ),
};
