import type { CancelResult } from '@messaging-system/core';
import type { StoredMessage } from '@messaging-system/core/adapter';
import type { InMemoryMessageRepository } from '@messaging-system/core/in-memory';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { turn } from '../turn.ts';
import { allMessages, change, changed, wrong } from './repository-double.ts';

/** Cancels as `cancels` says, past what the reference refuses. */
function cancelsToo(
  name: string,
  cancels: (message: StoredMessage, at: number) => boolean,
): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    cancel: async (ids, at) => {
      for (const id of ids) {
        const stored = reference.read(id);
        if (stored !== null && cancels(stored, at)) {
          change(reference, id, () => ({ status: 'unsent', lease: null, leasedUntil: null }));
        }
      }
      return reference.cancel(ids, at);
    },
  }));
}

/** Looks, lets others come between, and then cancels what it saw where `writes` still says so. */
function racyCancel(name: string, writes: (now: StoredMessage) => boolean): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    cancel: async (ids, at) => {
      const free = ids.filter((id) => {
        const stored = reference.read(id);
        return stored?.message.status === 'unsent' && stored.lease === null;
      });
      await turn();
      const results: CancelResult[] = [];
      for (const id of ids) {
        const now = reference.read(id);
        const overwrites = now !== null && free.includes(id) && writes(now);
        results.push(...(overwrites ? [cancelled(reference, now, at)] : await reference.cancel([id], at)));
      }
      return results;
    },
  }));
}

function cancelled(reference: InMemoryMessageRepository, stored: StoredMessage, at: number): CancelResult {
  const { message } = reference.put(
    changed(stored, { status: 'cancelled', settledAt: at, availableAt: null }),
  );
  return { kind: 'cancelled', message };
}

export const cancelDoubles: Doubles<MessageRepositoryHarness> = {
  'cancels an unsent message': wrong('a cancel that shows the message as it was', (reference) => ({
    cancel: async (ids, at) => {
      const before = await Promise.all(ids.map((id) => reference.findById(id)));
      const results = await reference.cancel(ids, at);
      return results.map((result, index) => {
        const message = before[index];
        return result.kind === 'cancelled' && message ? { ...result, message } : result;
      });
    },
  })),

  'never hands out a cancelled message': wrong('a claim that takes cancelled messages too', (reference) => ({
    claimDue: async (request) => {
      for (const { id, status, attempts, leasedUntil } of await allMessages(reference)) {
        if (status === 'cancelled' && attempts === 0 && leasedUntil === null) {
          change(reference, id, () => ({ status: 'unsent', availableAt: request.now }));
        }
      }
      return reference.claimDue(request);
    },
  })),

  'cancels what is scheduled, put off or given back': wrong(
    'a cancel that takes a tried message for one in flight',
    (reference) => ({
      cancel: async (ids, at) => {
        const results: CancelResult[] = [];
        for (const id of ids) {
          const message = await reference.findById(id);
          if (message?.status === 'unsent' && message.attempts > 0) {
            results.push({ kind: 'in_flight', message });
          } else {
            results.push(...(await reference.cancel([id], at)));
          }
        }
        return results;
      },
    }),
  ),

  'refuses to cancel a message under a lease: it may be under way': cancelsToo(
    'a cancel past a live lease',
    ({ message: { status, leasedUntil } }, at) =>
      status === 'unsent' && leasedUntil !== null && leasedUntil > at,
  ),

  'refuses to cancel a message whose lease was interrupted': cancelsToo(
    'a cancel past an interrupted lease',
    ({ message: { status, leasedUntil } }, at) =>
      status === 'unsent' && leasedUntil !== null && leasedUntil <= at,
  ),

  'cancels a leased message whose journaling holder has not begun, and ends its lease': wrong(
    'a cancel that leaves the lease to its holder',
    (reference) => ({
      cancel: async (ids, at) => {
        const before = new Map(ids.map((id) => [id, reference.read(id)]));
        const results = await reference.cancel(ids, at);
        for (const result of results) {
          const held = result.kind === 'cancelled' ? before.get(result.message.id) : null;
          if (held) reference.put(changed(held, { status: 'cancelled', settledAt: at, availableAt: null }));
        }
        return results;
      },
    }),
  ),

  'refuses to cancel a leased message whose journaling holder has begun': cancelsToo(
    'a cancel past a beginning',
    ({ message, lease }) => message.status === 'unsent' && lease !== null && lease.begunAt !== null,
  ),

  'lets either the beginning or the cancel of a leased message win': wrong(
    'a cancel that looks at the journal and then writes',
    (reference) => ({
      cancel: async (ids, at) => {
        const waiting = ids.filter((id) => {
          const lease = reference.read(id)?.lease;
          return lease?.journals === true && lease.begunAt === null;
        });
        await turn();
        for (const id of waiting) change(reference, id, () => ({ lease: { begunAt: null } }));
        return reference.cancel(ids, at);
      },
    }),
  ),

  'refuses to cancel what is settled or cancelled, and shows it': cancelsToo(
    'a cancel of what failed',
    ({ message }) => message.status === 'failed',
  ),

  'answers a cancel in the order of the ids, unknown ones included': wrong(
    'a cancel that says nothing of unknown ids',
    (reference) => ({
      cancel: async (ids, at) => (await reference.cancel(ids, at)).filter(({ kind }) => kind !== 'not_found'),
    }),
  ),

  'cancels each message for exactly one of twenty racing callers': racyCancel(
    'a racy cancel',
    ({ lease }) => lease === null,
  ),

  'lets either the cancel or the claim of a message win': racyCancel(
    'a cancel that writes over a claim',
    ({ message }) => message.status === 'unsent',
  ),
};
