import assert from 'node:assert/strict';
import {
  type AttemptResponse,
  type DeliveryAttempt,
  KEPT_ATTEMPTS,
  KEPT_RESPONSES,
  type Settlement,
} from '@messaging-system/core/adapter';
import { aDeadLetter, aHold, aNack, anAck, anAttempt, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { claim, claimOne, findMessage, insertMany, insertOne, leaseNew, readStored } from './steps.ts';

/** Text of a receiver is text: nothing in it means anything to a store. */
const RESPONSE: AttemptResponse = {
  status: 422,
  headers: { 'content-type': 'application/json', 'x-request-id': '$set' },
  body: '{"error": "numéro invalide 🚚", "path": "$.to", "detail": null}\r\n\\ \' ',
};

const SETTLEMENTS: readonly ((id: string, attempt: DeliveryAttempt) => Settlement)[] = [
  (id, attempt) => anAck(id, { attempt }),
  (id, attempt) => aNack(id, { attempt }),
  (id, attempt) => aDeadLetter(id, { attempt }),
  (id, attempt) => aHold(id, { attempt }),
];

/** Makes an attempt for each of these responses, one after the other; returns the message's history. */
async function historyAfter(
  { repository }: MessageRepositoryHarness,
  responses: readonly (AttemptResponse | undefined)[],
): Promise<readonly DeliveryAttempt[]> {
  const { id } = await insertOne(repository);
  for (const [index, response] of responses.entries()) {
    const now = NOW + index;
    const { token } = await claimOne(repository, { now });
    const attempt = anAttempt({ attempt: index + 1, startedAt: now, ...(response && { response }) });
    await repository.settle(token, [aNack(id, { attempt, availableAt: now + 1 })]);
  }
  return (await findMessage(repository, id)).history;
}

function bodiesOf(history: readonly DeliveryAttempt[]): readonly (string | undefined)[] {
  return history.map(({ response }) => response?.body);
}

const numbered = (count: number): readonly AttemptResponse[] =>
  Array.from({ length: count }, (_, index) => ({ ...RESPONSE, body: String(index + 1) }));

export const responseContract: Contract<MessageRepositoryHarness> = {
  'keeps the response of an attempt as it is': async (harness) => {
    const { repository, probe } = harness;
    for (const settlement of SETTLEMENTS) {
      const { id, token } = await leaseNew(repository);
      const attempt = anAttempt({ response: RESPONSE });
      await repository.settle(token, [settlement(id, attempt)]);
      assert.deepEqual((await findMessage(await harness.openAnother(), id)).history, [attempt]);
      assert.deepEqual((await readStored(probe, id)).message.history, [attempt]);
    }
  },

  'keeps each response with its own message of a batch': async ({ repository }) => {
    await insertMany(repository, 6);
    const { token, ids } = await claim(repository);
    const responseOf = (id: string, index: number): AttemptResponse | undefined =>
      index % 2 === 0 ? { ...RESPONSE, body: id } : undefined;
    const acks = ids.map((id, index) => {
      const response = responseOf(id, index);
      return anAck(id, { attempt: anAttempt(response && { response }) });
    });
    await repository.settle(token, acks);
    for (const [index, id] of ids.entries()) {
      const { history } = await findMessage(repository, id);
      assert.deepEqual(bodiesOf(history), [responseOf(id, index)?.body]);
    }
  },

  'gives an attempt that has no response no such field': async ({ repository, probe }) => {
    for (const settlement of SETTLEMENTS) {
      const { id, token } = await leaseNew(repository);
      await repository.settle(token, [settlement(id, anAttempt())]);
      for (const { history } of [await findMessage(repository, id), (await readStored(probe, id)).message]) {
        assert.deepEqual(history, [anAttempt()]);
      }
    }
  },

  'keeps the responses of the last six attempts': async (harness) => {
    const responses = numbered(KEPT_ATTEMPTS + 2);
    const bodies = bodiesOf(await historyAfter(harness, responses));
    assert.deepEqual(bodies, [
      ...Array<undefined>(KEPT_ATTEMPTS - KEPT_RESPONSES).fill(undefined),
      ...bodiesOf(responses.slice(-KEPT_RESPONSES).map((response) => anAttempt({ response }))),
    ]);
  },

  'drops no response for an attempt that has none': async (harness) => {
    const responses = [...numbered(KEPT_RESPONSES), ...Array<undefined>(4).fill(undefined)];
    const bodies = bodiesOf(await historyAfter(harness, responses));
    assert.deepEqual(
      bodies,
      responses.map((response) => response?.body),
    );
  },
};
