import assert from 'node:assert/strict';
import type { Contract } from '../define-contract.ts';
import type { WebhookSenderHarness } from '../harness/webhook-sender-harness.ts';
import { assertKind, sendAnswered } from './calls.ts';

/** The ground that the cases stand on: a fault of the harness is not to pass for one of the sender. */
export const webhookSenderHarnessContract: Contract<WebhookSenderHarness> = {
  'the harness opens with a receiver that answers 200 and has received nothing': async (harness) => {
    assert.deepEqual(harness.received(), []);
    assertKind(await sendAnswered(harness), 'accepted');
    assert.ok(harness.received().length > 0);
  },

  'the harness opens a world of its own each time, and closing one leaves the others': async (
    harness,
    openHarness,
  ) => {
    const other = await openHarness();
    await other.behave({ kind: 'answer', status: 500 });
    assertKind(await sendAnswered(other), 'retryable');
    assert.deepEqual(harness.received(), []);
    await other.close();
    assertKind(await sendAnswered(harness), 'accepted');
  },

  'the harness keeps the time-out below 500 ms': async ({ sender: { timeoutMs } }) => {
    assert.ok(timeoutMs > 0 && timeoutMs < 500, `${timeoutMs} ms`);
  },
};
