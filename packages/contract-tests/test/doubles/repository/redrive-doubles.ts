import type { Message, MessageStatus, RedriveResult } from '@messaging-system/core';
import { isRedrivableSince, redrive, type StoredMessage } from '@messaging-system/core/adapter';
import type { InMemoryMessageRepository } from '@messaging-system/core/in-memory';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { turn } from '../turn.ts';
import { allStored, type Change, change, wrong } from './repository-double.ts';

/** A redrive by ids that stores something else besides, and shows what it stored. */
function redrivesThen(name: string, then: (before: Message) => Change): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    redrive: async (ids, at) => {
      const before = new Map(ids.map((id) => [id, reference.read(id)?.message]));
      const results: RedriveResult[] = [];
      for (const result of await reference.redrive(ids, at)) {
        const earlier = result.kind === 'redriven' ? before.get(result.message.id) : null;
        if (result.kind !== 'redriven' || !earlier) {
          results.push(result);
          continue;
        }
        change(reference, result.message.id, () => then(earlier));
        const message = await reference.findById(result.message.id);
        results.push({ kind: 'redriven', message: message ?? result.message });
      }
      return results;
    },
  }));
}

async function matching(
  reference: InMemoryMessageRepository,
  status: MessageStatus,
): Promise<readonly StoredMessage[]> {
  return (await allStored(reference)).filter(({ message }) => message.status === status);
}

export const redriveDoubles: Doubles<MessageRepositoryHarness> = {
  'makes failed and unknown messages unsent again, with their past but no attempts': redrivesThen(
    'a redrive that keeps expiresAt',
    ({ expiresAt }) => ({ expiresAt }),
  ),

  'starts the lost leases of a redriven message again': redrivesThen(
    'a redrive that keeps the lost leases',
    ({ lostLeases }) => ({ lostLeases }),
  ),

  'hands out a redriven message in the millisecond of the redrive, and not before': redrivesThen(
    'a redrive that is due at once',
    () => ({ availableAt: 1 }),
  ),

  'refuses to redrive what is unsent, leased, sent or cancelled, and shows it': wrong(
    'a redrive of what was cancelled',
    (reference) => ({
      redrive: async (ids, at) => {
        for (const id of ids) {
          if (reference.read(id)?.message.status === 'cancelled')
            change(reference, id, () => ({ status: 'failed' }));
        }
        return reference.redrive(ids, at);
      },
    }),
  ),

  'answers a redrive in the order of the ids, unknown ones included': wrong(
    'a redrive that says nothing of unknown ids',
    (reference) => ({
      redrive: async (ids, at) =>
        (await reference.redrive(ids, at)).filter(({ kind }) => kind !== 'not_found'),
    }),
  ),

  'redrives each message for exactly one of twenty racing callers': wrong('a racy redrive', (reference) => ({
    redrive: async (ids, at) => {
      const before = ids.map((id) => reference.read(id)?.message.status);
      await turn();
      for (const [index, id] of ids.entries()) {
        const status = before[index];
        if (status === 'failed' || status === 'unknown') change(reference, id, () => ({ status }));
      }
      return reference.redrive(ids, at);
    },
  })),

  'redrives what matches up to the limit, until none is left': wrong(
    'a redrive by a filter that knows no limit',
    (reference) => ({
      redriveMatching: (filter, at) => reference.redriveMatching(filter, at, Number.MAX_SAFE_INTEGER),
    }),
  ),

  'redrives by status and phone number': wrong(
    'a redrive by a filter that looks at no phone number',
    (reference) => ({
      redriveMatching: ({ status }, at, limit) => reference.redriveMatching({ status }, at, limit),
    }),
  ),

  'redrives only what was settled before the redrive, so that what fails again stays': wrong(
    'a redrive by a filter that takes what failed just now',
    (reference) => ({
      redriveMatching: async (filter, at, limit) => {
        if (filter.status === 'unsent') return reference.redriveMatching(filter, at, limit);
        const { status, phoneNumber } = filter;
        const ids = (await matching(reference, status))
          .filter(({ message }) => phoneNumber === undefined || message.phoneNumber === phoneNumber)
          .slice(0, limit)
          .map(({ message }) => message.id);
        await reference.redrive(ids, at);
        return ids.length;
      },
    }),
  ),

  'starts again the attempts, and keeps the history, of what it redrives by a filter': wrong(
    'a redrive by a filter that drops the history',
    (reference) => ({
      redriveMatching: async (filter, at, limit) => {
        const before = await matching(reference, filter.status);
        const count = await reference.redriveMatching(filter, at, limit);
        for (const { message } of before) {
          change(reference, message.id, ({ status, history }) => ({
            history: status === 'unsent' && filter.status !== 'unsent' ? [] : history,
          }));
        }
        return count;
      },
    }),
  ),

  'counts each redriven message for exactly one of twenty racing callers': wrong(
    'a racy redrive by a filter',
    (reference) => ({
      redriveMatching: async (filter, at, limit) => {
        const found = (await matching(reference, filter.status))
          .filter((stored) => isRedrivableSince(stored, at))
          .filter(({ message }) => message.phoneNumber === (filter.phoneNumber ?? message.phoneNumber))
          .slice(0, limit);
        await turn();
        for (const stored of found) reference.put(redrive(stored, at).stored);
        await reference.redrive([], at);
        return found.length;
      },
    }),
  ),
};
