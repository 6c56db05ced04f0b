import type { Message } from '@messaging-system/core';
import type { Settlement } from '@messaging-system/core/adapter';
import { aDeadLetter, aHold, aNack, anAck, type MessageRepositoryHarness } from '../../../src/index.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { allMessages, type Change, change, wrong } from './repository-double.ts';

/** A settle of other settlements than it was asked for. */
function settles(
  name: string,
  as: (settlement: Settlement, batch: readonly Settlement[]) => Settlement,
): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    settle: (token, settlements) =>
      reference.settle(
        token,
        settlements.map((each) => as(each, settlements)),
      ),
  }));
}

/** A settle that stores something else besides. */
function settlesThen(
  name: string,
  kind: Settlement['kind'],
  then: (message: Message, before: Message) => Change,
): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    settle: async (token, settlements) => {
      const before = new Map(settlements.map(({ id }) => [id, reference.read(id)]));
      const result = await reference.settle(token, settlements);
      for (const settlement of settlements.filter((each) => each.kind === kind)) {
        const earlier = before.get(settlement.id);
        if (earlier?.lease?.token === token)
          change(reference, settlement.id, (message) => then(message, earlier.message));
      }
      return result;
    },
  }));
}

const AS_KIND = { ack: anAck, nack: aNack, deadLetter: aDeadLetter, hold: aHold } as const;

export const settleDoubles: Doubles<MessageRepositoryHarness> = {
  'makes an acked message sent, with the time and the id of the receiver': settles(
    'a sentAt that is not stored as it was',
    (each) => (each.kind === 'ack' && each.attempt !== null ? { ...each, sentAt: each.settledAt } : each),
  ),

  'makes an acked message sent when the receiver gave no id and no attempt was used up': settlesThen(
    'an empty text for an id that the receiver did not give',
    'ack',
    ({ webhookMessageId }) => ({ webhookMessageId: webhookMessageId ?? '' }),
  ),

  'makes a nacked message due at its new time, with the attempt and the reason': settlesThen(
    'a nack that keeps the earlier reason',
    'nack',
    ({ reason }, before) => ({ reason: before.reason ?? reason }),
  ),

  'makes a dead-lettered message failed, with the reason': settlesThen(
    'a dead letter that keeps the earlier reason',
    'deadLetter',
    ({ reason }, before) => ({ reason: before.reason ?? reason }),
  ),

  'makes a held message unknown, with the reason': settlesThen(
    'a hold that keeps the earlier reason',
    'hold',
    ({ reason }, before) => ({ reason: before.reason ?? reason }),
  ),

  'counts and keeps no attempt for a settlement without one': settlesThen(
    'a dead letter that counts an attempt always',
    'deadLetter',
    (_stored, before) => ({ attempts: before.attempts + 1 }),
  ),

  'keeps an uncounted attempt with its mark and does not count it': settlesThen(
    'a nack that counts every attempt',
    'nack',
    ({ attempts, history }) => ({ attempts: attempts + (history.at(-1)?.uncounted === true ? 1 : 0) }),
  ),

  'hands out a nacked message in the millisecond it is due again, and not before': settlesThen(
    'a nack that is due a millisecond early',
    'nack',
    ({ availableAt }) => ({ availableAt: (availableAt ?? 0) - 1 }),
  ),

  'settles a batch of every kind in one call': settles(
    'a batch that is settled as its first',
    (each, [first]) =>
      first === undefined || first.kind === each.kind ? each : AS_KIND[first.kind](each.id),
  ),

  'gives each message of a batch its own outcome': settles(
    'a batch of acks that share one id',
    (each, [first]) =>
      each.kind === 'ack' && first?.kind === 'ack'
        ? { ...each, webhookMessageId: first.webhookMessageId }
        : each,
  ),

  'settles what the token holds and leaves every other message alone': wrong(
    'an ack of everything that is due',
    (reference) => ({
      settle: async (token, settlements) => {
        const result = await reference.settle(token, settlements);
        const isAck = settlements.length === 1 && settlements[0]?.kind === 'ack' && result.held.length === 1;
        for (const { id, status, leasedUntil } of isAck ? await allMessages(reference) : []) {
          if (status === 'unsent' && leasedUntil === null) change(reference, id, () => ({ status: 'sent' }));
        }
        return result;
      },
    }),
  ),

  'keeps the last twenty attempts, oldest first, and counts them all': settlesThen(
    'a history that keeps the first attempts',
    'nack',
    ({ history }, before) => ({ history: before.history.length === 20 ? before.history : history }),
  ),
};
