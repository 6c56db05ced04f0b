import type { Message } from '@messaging-system/core';
import type { DeliveryAttempt, Settlement } from '@messaging-system/core/adapter';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { change, wrong } from './repository-double.ts';

/** A settle that is given other attempts than it was asked for. */
function settles(
  name: string,
  as: (attempt: DeliveryAttempt, batch: readonly Settlement[]) => DeliveryAttempt,
): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    settle: (token, settlements) =>
      reference.settle(
        token,
        settlements.map((each) =>
          each.attempt === null ? each : { ...each, attempt: as(each.attempt, settlements) },
        ),
      ),
  }));
}

/** A settle after which the history is another. */
function keeps(
  name: string,
  as: (stored: Message, before: Message | undefined) => readonly DeliveryAttempt[],
): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    settle: async (token, settlements) => {
      const before = new Map(settlements.map(({ id }) => [id, reference.read(id)?.message]));
      const result = await reference.settle(token, settlements);
      for (const { id } of settlements) {
        change(reference, id, (message) => ({ history: as(message, before.get(id)) }));
      }
      return result;
    },
  }));
}

function without({ response: _, ...attempt }: DeliveryAttempt): DeliveryAttempt {
  return attempt;
}

export const responseDoubles: Doubles<MessageRepositoryHarness> = {
  'keeps the response of an attempt as it is': settles(
    'a settle that trims the body of a response',
    (attempt) =>
      attempt.response === undefined
        ? attempt
        : { ...attempt, response: { ...attempt.response, body: attempt.response.body.trim() } },
  ),

  'keeps each response with its own message of a batch': settles(
    'a batch of acks that share one response',
    (attempt, [first]) =>
      attempt.response === undefined || first?.attempt?.response === undefined
        ? attempt
        : { ...attempt, response: first.attempt.response },
  ),

  'gives an attempt that has no response no such field': settles(
    'a settle that keeps an empty response',
    (attempt) => ({ response: { status: 0, headers: {}, body: '' }, ...attempt }),
  ),

  'keeps the responses of the last six attempts': keeps(
    'a settle that keeps every response',
    ({ history }, before) => {
      const added = history.at(-1);
      // A repeat, or a settlement without an attempt.
      if (added?.response === undefined || history === before?.history) return history;
      return [...(before?.history ?? []), added].slice(-20);
    },
  ),

  'drops no response for an attempt that has none': keeps(
    'a settle that keeps the responses of the last six attempts alone',
    ({ history }) => [...history.slice(0, -6).map(without), ...history.slice(-6)],
  ),
};
