import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { Message } from '@messaging-system/core';
import { aMessage, TRACEPARENT } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { ReceivedRequest, WebhookWireFormatHarness } from '../harness/webhook-sender-harness.ts';
import { sendAnswered } from './calls.ts';

async function deliver(
  harness: WebhookWireFormatHarness,
  message: Partial<Message>,
  attempt: number = 1,
  traceparent?: string,
): Promise<ReceivedRequest> {
  await sendAnswered(harness, { message, attempt, ...(traceparent === undefined ? {} : { traceparent }) });
  const last = harness.received().at(-1);
  assert.ok(last !== undefined, 'a request arrives');
  return last;
}

/**
 * The default wire format of this project: the Go service's body and key header, the headers of Standard Webhooks, and the trace in the header of
 * W3C Trace Context. A sender with a
 * format of its own leaves it out.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @see https://www.w3.org/TR/trace-context/
 */
export const webhookWireFormatContract: Contract<WebhookWireFormatHarness> = {
  'posts a JSON body of exactly to and content': async (harness) => {
    const { method, headers, body } = await deliver(harness, {
      phoneNumber: '+905551111111',
      content: 'Hello',
    });
    assert.equal(method, 'POST');
    assert.match(headers['content-type'] ?? '', /^application\/json\b/);
    assert.deepEqual(JSON.parse(body), { to: '+905551111111', content: 'Hello' });
  },

  'carries texts of any script as they are': async (harness) => {
    const content = 'Kargonuz yolda 🚚 "yarın"\n\\ 你好 a\u0301';
    const { body } = await deliver(harness, { content });
    assert.deepEqual(JSON.parse(body), { to: aMessage().phoneNumber, content });
  },

  'authenticates with its key in x-ins-auth-key': async (harness) => {
    const { headers } = await deliver(harness, {});
    assert.equal(headers['x-ins-auth-key'], harness.apiKey);
  },

  'names the message in webhook-id, the same for every attempt': async (harness) => {
    const ids = ['6955b9000102030405000001', '6955b9000102030405000002'];
    await harness.behave({ kind: 'answer', status: 500 });
    for (const id of ids) {
      for (const attempt of [1, 2]) {
        const { headers } = await deliver(harness, { id }, attempt);
        assert.equal(headers['webhook-id'], id);
      }
    }
  },

  'tells the time of the attempt in webhook-timestamp, in seconds': async (harness) => {
    const { headers } = await deliver(harness, {});
    const timestamp = headers['webhook-timestamp'] ?? '';
    assert.match(timestamp, /^\d+$/);
    const now = (harness.now?.() ?? Date.now()) / 1000;
    assert.ok(Math.abs(Number(timestamp) - now) < 60, `${timestamp} is about ${now}`);
  },

  'signs id, timestamp and body with each of its secrets, and not at all without one': async (harness) => {
    const { headers, body } = await deliver(harness, { content: 'Signed ✓' });
    const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const signatures = harness.signingSecrets.map((secret) => signatureOf(secret, content));
    assert.equal(headers['webhook-signature'], signatures.length === 0 ? undefined : signatures.join(' '));
  },

  "hands on the trace in traceparent: the attempt's span, else the message's, else none": async (harness) => {
    const ofTheAttempt = TRACEPARENT.replace('00f0', '11f1');
    const seen = [
      await deliver(harness, { traceparent: TRACEPARENT }, 1, ofTheAttempt),
      await deliver(harness, { traceparent: null }, 1, ofTheAttempt),
      await deliver(harness, { traceparent: TRACEPARENT }),
      await deliver(harness, { traceparent: null }),
    ];
    assert.deepEqual(
      seen.map(({ headers }) => headers.traceparent),
      [ofTheAttempt, ofTheAttempt, TRACEPARENT, undefined],
    );
  },

  'sends no traceparent that is invalid': async (harness) => {
    const invalid = `${TRACEPARENT}-extra`;
    const seen = [
      await deliver(harness, { traceparent: invalid }),
      await deliver(harness, { traceparent: TRACEPARENT }, 1, invalid),
    ];
    assert.deepEqual(
      seen.map(({ headers }) => headers.traceparent),
      [undefined, TRACEPARENT],
    );
  },
};

function signatureOf(secret: string, content: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}
