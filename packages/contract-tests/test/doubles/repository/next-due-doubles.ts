import type { Message } from '@messaging-system/core';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { allMessages, wrong } from './repository-double.ts';

function nextDue(
  name: string,
  from: (messages: readonly Message[]) => number | null,
): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({ nextDueAt: async () => from(await allMessages(reference)) }));
}

function earliest(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.min(...times);
}

const isWaiting = ({ status, leasedUntil }: Message): boolean => status === 'unsent' && leasedUntil === null;

export const nextDueDoubles: Doubles<MessageRepositoryHarness> = {
  'knows no next due time in an empty store': wrong('a next due time of 0 for none', (reference) => ({
    nextDueAt: async () => {
      const { unsent } = await reference.counts();
      return (await reference.nextDueAt()) ?? (unsent.count === 0 ? 0 : null);
    },
  })),

  'tells the earliest due time, past or to come': nextDue(
    'the due time of the oldest message',
    (messages) => {
      const [oldest] = messages.filter(isWaiting);
      return oldest === undefined ? null : (oldest.availableAt ?? 0);
    },
  ),

  'tells the new due time of a nacked message': nextDue('the first due time of each message', (messages) =>
    earliest(messages.filter(isWaiting).map(({ sendAt, createdAt }) => sendAt ?? createdAt ?? 0)),
  ),

  'passes over messages under a lease': nextDue('a next due time that sees leases', (messages) =>
    earliest(messages.filter(({ status }) => status === 'unsent').map(({ availableAt }) => availableAt ?? 0)),
  ),

  'passes over messages that are not unsent': nextDue('a next due time that sees what failed', (messages) =>
    earliest(
      messages
        .filter((message) => isWaiting(message) || message.status === 'failed')
        .map(({ availableAt, dueAt, status }) => (status === 'failed' ? dueAt : availableAt) ?? 0),
    ),
  ),

  'tells 0 where a foreign message is due': nextDue(
    'a next due time that sees its own messages',
    (messages) => earliest(messages.filter(isWaiting).flatMap(({ availableAt }) => availableAt ?? [])),
  ),
};
