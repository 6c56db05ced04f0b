import type { Message } from '@messaging-system/core';
import type { ClaimedMessage, ClaimRequest } from '@messaging-system/core/adapter';
import type { InMemoryMessageRepository } from '@messaging-system/core/in-memory';
import { type MessageRepositoryHarness, NOW } from '../../../src/index.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { allMessages, change, wrong } from './repository-double.ts';

const YEAR_MS = 365 * 86_400_000;

/** A claim with another request. */
export function claims(
  name: string,
  as: (request: ClaimRequest) => ClaimRequest,
): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({ claimDue: (request) => reference.claimDue(as(request)) }));
}

/** A claim that does something to each message that it has leased. */
export function claimsThen(
  name: string,
  then: (
    reference: InMemoryMessageRepository,
    claimed: ClaimedMessage,
    request: ClaimRequest,
  ) => ClaimedMessage,
): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    claimDue: async (request) =>
      (await reference.claimDue(request)).map((claimed) => then(reference, claimed, request)),
  }));
}

export const claimDoubles: Doubles<MessageRepositoryHarness> = {
  'leases a due message to the token until the end of the lease': claimsThen(
    'a claim that answers with the message as it was before',
    (_reference, claimed) => ({
      ...claimed,
      message: { ...claimed.message, availableAt: claimed.message.dueAt, leasedUntil: null },
    }),
  ),

  'leaves a leased message unsent in the store': wrong(
    'a status of its own for a leased message',
    (reference) => ({
      findById: async (id) => {
        const message = await reference.findById(id);
        return message?.leasedUntil == null ? message : { ...message, status: 'unknown' };
      },
    }),
  ),

  'keeps with the lease whether its holder journals': claims(
    'a claim of one that always journals',
    (request) => ({ ...request, journals: request.journals || request.limit === 1 }),
  ),

  'takes a message in the millisecond it is due, and not before': claims(
    'a claim that is a millisecond early',
    (request) => ({ ...request, now: request.now + 1 }),
  ),

  'goes by the instant it is given and by no clock of its own': claims(
    'a claim that mistrusts what is years from its own clock',
    (request) => ({ ...request, now: Math.min(Math.max(request.now, NOW - YEAR_MS), NOW + 10 * YEAR_MS) }),
  ),

  'takes no more than the limit, and as many as it allows': claims(
    'a claim that takes a limit of 0 for none',
    (request) => ({ ...request, limit: request.limit === 0 ? 100 : request.limit }),
  ),

  'hands a leased message to nobody until its lease ends': claimsThen(
    'a lease that ends a millisecond early',
    (reference, claimed, { leasedUntil }) => {
      change(reference, claimed.message.id, () => ({ availableAt: leasedUntil - 1 }));
      return claimed;
    },
  ),

  'takes unsent messages only': wrong('a claim that takes held messages too', (reference) => ({
    claimDue: async (request) => {
      for (const { id, status, dueAt } of await allMessages(reference)) {
        if (status === 'unknown') {
          change(reference, id, () => ({ status: 'unsent', availableAt: dueAt }));
        }
      }
      return reference.claimDue(request);
    },
  })),
};

/** Claims in an order of its own among the due messages of one stream. */
export function ordered(
  name: string,
  rank: (message: Message) => number,
  { foreign = false }: { readonly foreign?: boolean } = {},
): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    claimDue: async (request) => {
      const due = (await allMessages(reference)).filter(
        ({ status, availableAt }) => status === 'unsent' && (availableAt ?? 0) <= request.now,
      );
      const isOneStream = due.every(({ availableAt }) => (availableAt === null) === foreign);
      if (!isOneStream) return reference.claimDue(request);
      const first = due.sort((one, other) => rank(one) - rank(other)).slice(0, request.limit);
      const hidden = due.filter((message) => !first.includes(message));
      for (const { id } of hidden) change(reference, id, () => ({ status: 'cancelled' }));
      const claimed = reference.claimDue(request);
      for (const { id } of hidden) change(reference, id, () => ({ status: 'unsent' }));
      return claimed;
    },
  }));
}

export const claimOrderDoubles: Doubles<MessageRepositoryHarness> = {
  'serves messages in due order within its claim window, however they came': ordered(
    'a claim that takes the latest first',
    ({ availableAt }) => -(availableAt ?? 0),
  ),

  'serves retried and interrupted messages at their own due time': ordered(
    'a claim in the order of the first due times',
    ({ sendAt, createdAt }) => sendAt ?? createdAt ?? 0,
  ),

  'serves a released message at its old place': wrong('a release to the end of the queue', (reference) => ({
    release: async (token, ids) => {
      const result = await reference.release(token, ids);
      for (const id of result.held) {
        change(reference, id, () => ({ availableAt: NOW + 3_600_000 }));
      }
      return result;
    },
  })),
};
