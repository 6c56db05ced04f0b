import assert from 'node:assert/strict';
import type { Contract } from '../define-contract.ts';
import type { ReceiverBehaviour, WebhookSenderHarness } from '../harness/webhook-sender-harness.ts';
import { assertKind, send, sendAnswered, sendInto } from './calls.ts';

const FAULTS: readonly ReceiverBehaviour[] = [
  // First: a pool with a connection in it would find that one closed, where an empty one has to connect.
  { kind: 'refuse' },
  { kind: 'hang' },
  { kind: 'hang_in_body', status: 500 },
  { kind: 'reset' },
  { kind: 'reset_in_body', status: 500 },
  { kind: 'hang_up' },
  { kind: 'garbage' },
];

/** The faults of a network. */
export const faultsContract: Contract<WebhookSenderHarness> = {
  'calls it ambiguous when no answer comes within the time-out': async (harness) => {
    assertKind(await sendInto(harness, { kind: 'hang' }), 'ambiguous');
    assert.equal(harness.received().length, 1, 'the request had arrived');
  },

  'calls it ambiguous when the connection is reset after the request': async (harness) => {
    assertKind(await sendInto(harness, { kind: 'reset' }), 'ambiguous');
  },

  'calls it ambiguous when the connection is closed without an answer': async (harness) => {
    assertKind(await sendInto(harness, { kind: 'hang_up' }), 'ambiguous');
  },

  'calls it ambiguous when the answer is not HTTP': async (harness) => {
    assertKind(await sendInto(harness, { kind: 'garbage' }), 'ambiguous');
  },

  'calls a refused connection retryable, for nothing was sent': async (harness) => {
    assertKind(await sendInto(harness, { kind: 'refuse' }), 'retryable');
    assert.equal(harness.received().length, 0);
  },

  'calls a connection that is refused to a pool in use retryable too': async (harness) => {
    assertKind(await sendAnswered(harness), 'accepted');
    const before = harness.received().length;
    await harness.behave({ kind: 'refuse' });
    // A pooled connection may only now be found closed, which leaves the first outcome open; the second has to connect.
    await send(harness);
    assertKind(await send(harness), 'retryable');
    assert.equal(harness.received().length, before);
  },

  'makes one request a call, whatever becomes of it': async (harness) => {
    const refusals = [429, 500, 503, 504, 408].map((status) => ({ kind: 'answer', status }) as const);
    const unanswered: readonly ReceiverBehaviour[] = [
      { kind: 'hang' },
      { kind: 'reset' },
      { kind: 'hang_up' },
    ];
    for (const behaviour of [...refusals, ...unanswered]) {
      await harness.behave(behaviour);
      const before = harness.received().length;
      await send(harness);
      const status = behaviour.kind === 'answer' ? behaviour.status : behaviour.kind;
      assert.equal(harness.received().length - before, 1, `requests of a call that met ${status}`);
    }
  },

  'is ready for the next call after every fault': async (harness) => {
    for (const fault of FAULTS) {
      await sendInto(harness, fault);
      const next = await sendInto(harness, { kind: 'answer', status: 200, body: '{"messageId":"after"}' });
      assert.deepEqual(next, { kind: 'accepted', webhookMessageId: 'after' }, `after ${fault.kind}`);
    }
  },

  'names the same reason, a short word, for the same fault': async (harness) => {
    const answers = [301, 400, 404, 410, 429, 500, 502].map(
      (status) => ({ kind: 'answer', status }) as const,
    );
    for (const behaviour of [...FAULTS, ...answers]) {
      const outcomes = [await sendInto(harness, behaviour), await sendInto(harness, behaviour)];
      const reasons = outcomes.map((outcome) => (outcome.kind === 'accepted' ? 'accepted' : outcome.reason));
      assert.match(reasons[0] ?? '', /^[a-z][a-z0-9_]{0,63}$/);
      assert.equal(reasons[0], reasons[1]);
    }
  },
};
