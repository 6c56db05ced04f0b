import assert from 'node:assert/strict';
import type { Contract } from '../define-contract.ts';
import type { ReceiverBehaviour, WebhookSenderHarness } from '../harness/webhook-sender-harness.ts';
import { assertBeforeTimeout, assertKind, sendInto } from './calls.ts';

const FIVE_MEGABYTES = 5 * 1024 * 1024;

function ok(body: string | Uint8Array, contentType = 'application/json'): ReceiverBehaviour {
  return { kind: 'answer', status: 200, headers: { 'content-type': contentType }, body };
}

/** The body of an answer may do anything: the status line has decided before it. */
export const bodiesContract: Contract<WebhookSenderHarness> = {
  'returns the messageId of a JSON answer as webhookMessageId': async (harness) => {
    const body = '{"message":"Accepted","messageId":"67f2f8a8-ea58-4ed0-a6f9-ff217df4d849"}';
    for (const contentType of ['application/json', 'application/json; charset=utf-8']) {
      assert.deepEqual(await sendInto(harness, ok(body, contentType)), {
        kind: 'accepted',
        webhookMessageId: '67f2f8a8-ea58-4ed0-a6f9-ff217df4d849',
      });
    }
  },

  'accepts without an id when the answer names none': async (harness) => {
    for (const body of ['{"message":"Accepted"}', '{}', '[]', 'null', '"text"', '']) {
      const outcome = await sendInto(harness, ok(body));
      assertKind(outcome, 'accepted', body);
      assert.equal(outcome.webhookMessageId, undefined, body);
    }
  },

  'accepts with a text for an id, or with none, when the messageId is not a text': async (harness) => {
    for (const value of ['42', 'null', 'true', '{"a":1}', '["a"]']) {
      const outcome = await sendInto(harness, ok(`{"messageId":${value}}`));
      assertKind(outcome, 'accepted', value);
      assert.ok(['undefined', 'string'].includes(typeof outcome.webhookMessageId), `no ${value} for an id`);
    }
  },

  'accepts although the body is broken JSON': async (harness) => {
    for (const body of ['{"messageId":"a', '<html>OK</html>', '{]']) {
      const outcome = await sendInto(harness, ok(body));
      assertKind(outcome, 'accepted', body);
      assert.equal(outcome.webhookMessageId, undefined, body);
    }
  },

  'accepts although the body is not UTF-8': async (harness) => {
    assertKind(await sendInto(harness, ok(Uint8Array.of(0x7b, 0xff, 0xfe, 0xc3, 0x28, 0x7d))), 'accepted');
  },

  'accepts although the body is 5 MB long': async (harness) => {
    assertKind(await sendInto(harness, ok('x'.repeat(FIVE_MEGABYTES))), 'accepted');
    const json = JSON.stringify({ messageId: 'receiver-id-2', padding: 'x'.repeat(FIVE_MEGABYTES) });
    assertKind(await sendInto(harness, ok(json)), 'accepted');
  },

  'reads no more of an endless body than a small cap': (harness) =>
    assertBeforeTimeout(harness, async () => {
      assertKind(await sendInto(harness, { kind: 'endless_body', status: 200 }), 'accepted');
    }),

  'accepts although the body stops in the middle': async (harness) => {
    assertKind(await sendInto(harness, { kind: 'hang_in_body', status: 200 }), 'accepted');
  },

  'accepts although the connection is reset in the body': async (harness) => {
    assertKind(await sendInto(harness, { kind: 'reset_in_body', status: 200 }), 'accepted');
  },

  'goes by the status line of a refusal too, whatever its body does': async (harness) => {
    const huge = 'x'.repeat(FIVE_MEGABYTES);
    assertKind(await sendInto(harness, { kind: 'answer', status: 500, body: huge }), 'retryable', '5 MB');
    assertKind(await sendInto(harness, { kind: 'hang_in_body', status: 500 }), 'retryable', 'a hang');
    assertKind(await sendInto(harness, { kind: 'reset_in_body', status: 400 }), 'permanent', 'a reset');
  },
};
