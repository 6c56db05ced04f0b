import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Doubles } from '../register-doubles.ts';
import { claimsThen } from './claim-doubles.ts';
import { allMessages, allStored, change, wrong } from './repository-double.ts';

export const interruptionDoubles: Doubles<MessageRepositoryHarness> = {
  'takes over an expired lease, says that it was interrupted and counts it': claimsThen(
    'a take-over that does not say so',
    (_reference, claimed) => ({ ...claimed, interrupted: false }),
  ),

  'counts no lost lease that its journaling holder had not begun': claimsThen(
    'a take-over that counts every interrupted lease',
    (reference, claimed) => {
      if (!claimed.interrupted || claimed.inDoubt) return claimed;
      const lostLeases = claimed.message.lostLeases + 1;
      change(reference, claimed.message.id, () => ({ lostLeases }));
      return { ...claimed, message: { ...claimed.message, lostLeases } };
    },
  ),

  'leases a message that has lost a lease as journaling, whatever the claim says': claimsThen(
    'a suspect leased as the claim says',
    (reference, claimed, { journals }) => {
      change(reference, claimed.message.id, () => ({ lease: { journals } }));
      return claimed;
    },
  ),

  'counts every lost lease that may have begun and no released one': claimsThen(
    'a take-over that counts one lost lease for ever',
    (reference, claimed) => {
      const lostLeases = Math.min(claimed.message.lostLeases, 1);
      change(reference, claimed.message.id, () => ({ lostLeases }));
      return { ...claimed, message: { ...claimed.message, lostLeases } };
    },
  ),

  'counts no attempt for a lost lease': claimsThen(
    'a take-over that counts an attempt',
    (reference, claimed) => {
      const attempts = claimed.message.attempts + (claimed.interrupted ? 1 : 0);
      change(reference, claimed.message.id, () => ({ attempts }));
      return { ...claimed, message: { ...claimed.message, attempts } };
    },
  ),

  'puts an interrupted message in doubt when its holder did not journal': wrong(
    'a doubt about journaled beginnings only',
    (reference) => ({
      claimDue: async (request) => {
        for (const { id } of await allMessages(reference)) {
          change(reference, id, () => ({ lease: { journals: true } }));
        }
        return reference.claimDue(request);
      },
    }),
  ),

  'puts no interrupted message in doubt that its journaling holder had not begun': claimsThen(
    'a doubt about every interrupted message',
    (_reference, claimed) => ({ ...claimed, inDoubt: claimed.inDoubt || claimed.interrupted }),
  ),

  'puts an interrupted message in doubt that its journaling holder had begun': wrong(
    'no doubt about what a journaling holder lost',
    (reference) => ({
      claimDue: async (request) => {
        for (const { message, lease } of await allStored(reference)) {
          if (lease?.journals) change(reference, message.id, () => ({ lease: { begunAt: null } }));
        }
        return reference.claimDue(request);
      },
    }),
  ),

  'begins the journal anew with each lease': wrong('a journal that outlives its lease', (reference) => ({
    claimDue: async (request) => {
      const before = new Map(
        (await allStored(reference)).map(({ message, lease }) => [message.id, lease?.begunAt]),
      );
      const claimed = await reference.claimDue(request);
      for (const { message } of claimed) {
        const begunAt = before.get(message.id) ?? null;
        change(reference, message.id, () => ({ lease: { begunAt } }));
      }
      return claimed;
    },
  })),

  'keeps a doubt over further leases until it is settled': wrong(
    'a release that forgets the doubt',
    (reference) => ({
      release: async (token, ids) => {
        const result = await reference.release(token, ids);
        for (const id of result.held) change(reference, id, () => ({ inDoubt: false }));
        return result;
      },
    }),
  ),

  'hands on the doubt that a nack leaves': wrong('a nack that leaves no doubt', (reference) => ({
    settle: (token, settlements) =>
      reference.settle(
        token,
        settlements.map((each) => (each.kind === 'nack' ? { ...each, inDoubt: false } : each)),
      ),
  })),

  'forgets the doubt of a held message that is redriven': wrong(
    'a redrive that keeps the doubt',
    (reference) => ({
      redrive: async (ids, at) => {
        const results = await reference.redrive(ids, at);
        for (const result of results) {
          if (result.kind === 'redriven') change(reference, result.message.id, () => ({ inDoubt: true }));
        }
        return results;
      },
    }),
  ),

  'queues an interrupted message where its lost lease ended': wrong(
    'a take-over that keeps the old place',
    (reference) => ({
      claimDue: async (request) => {
        const before = new Map((await allMessages(reference)).map((message) => [message.id, message]));
        const claimed = await reference.claimDue(request);
        return claimed.map((each) => {
          const dueAt = before.get(each.message.id)?.dueAt ?? null;
          if (!each.interrupted) return each;
          change(reference, each.message.id, () => ({ dueAt }));
          return { ...each, message: { ...each.message, dueAt } };
        });
      },
    }),
  ),
};
