import type { Message } from '@messaging-system/core';
import { redrive, waitsForRetry } from '@messaging-system/core/adapter';
import type { InMemoryMessageRepository } from '@messaging-system/core/in-memory';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Doubles } from '../register-doubles.ts';
import { turn } from '../turn.ts';
import { allMessages, change, wrong } from './repository-double.ts';

async function unsentLater(reference: InMemoryMessageRepository, at: number): Promise<readonly Message[]> {
  return (await allMessages(reference)).filter(
    ({ status, availableAt }) => status === 'unsent' && (availableAt ?? 0) > at,
  );
}

export const redriveWaitingDoubles: Doubles<MessageRepositoryHarness> = {
  'makes a message that waits for its next attempt due at the redrive, and changes nothing else of it': wrong(
    'a redrive that starts the attempts of a waiting message again',
    (reference) => ({
      redrive: async (ids, at) => {
        const results = [];
        for (const result of await reference.redrive(ids, at)) {
          if (result.kind === 'redriven') change(reference, result.message.id, () => ({ attempts: 0 }));
          const message = result.kind === 'redriven' ? await reference.findById(result.message.id) : null;
          results.push(message === null ? result : { kind: 'redriven' as const, message });
        }
        return results;
      },
    }),
  ),

  'refuses to redrive what is due already, leased, interrupted or asked for later': wrong(
    'a redrive of what was asked for later',
    (reference) => ({
      redriveMatching: async (filter, at, limit) => {
        const later = (await unsentLater(reference, at)).filter(({ sendAt }) => (sendAt ?? 0) > at);
        for (const { id } of later) change(reference, id, () => ({ availableAt: at, dueAt: at }));
        return later.length + (await reference.redriveMatching(filter, at, limit));
      },
    }),
  ),

  'makes what waits for its next attempt due up to the limit, until none is left': wrong(
    'a redrive of what waits that goes by settledAt',
    (reference) => ({
      redriveMatching: async (filter, at, limit) =>
        filter.status === 'unsent' ? 0 : reference.redriveMatching(filter, at, limit),
    }),
  ),

  'makes due what waits for its next attempt of one phone number': wrong(
    'a redrive of what waits that looks at no phone number',
    (reference) => ({
      redriveMatching: ({ status, phoneNumber }, at, limit) =>
        reference.redriveMatching(
          status === 'unsent' || phoneNumber === undefined ? { status } : { status, phoneNumber },
          at,
          limit,
        ),
    }),
  ),

  'leaves what has begun an attempt since the redrive of all that wait': wrong(
    'a redrive of what waits that takes what failed just now',
    (reference) => ({
      redriveMatching: async (filter, at, limit) => {
        if (filter.status !== 'unsent') return reference.redriveMatching(filter, at, limit);
        const ids = (await unsentLater(reference, at))
          .filter(({ phoneNumber }) => phoneNumber === (filter.phoneNumber ?? phoneNumber))
          .map(({ id }) => id);
        const results = await reference.redrive(ids.slice(0, limit), at);
        return results.filter(({ kind }) => kind === 'redriven').length;
      },
    }),
  ),

  'disturbs no lease of a waiting message that is claimed while it is redriven': wrong(
    'a racy redrive of what waits',
    (reference) => ({
      redrive: async (ids, at) => {
        const before = ids.map((id) => reference.read(id));
        await turn();
        const results = await reference.redrive(ids, at);
        return results.map((result, index) => {
          const stale = before[index];
          if (!stale || !waitsForRetry(stale, at)) return result;
          const change = redrive(stale, at);
          reference.put(change.stored);
          return change.result;
        });
      },
    }),
  ),
};
