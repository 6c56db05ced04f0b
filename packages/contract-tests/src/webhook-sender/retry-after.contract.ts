import assert from 'node:assert/strict';
import type { Retryable } from '@messaging-system/core/adapter';
import type { Contract } from '../define-contract.ts';
import type { WebhookSenderHarness } from '../harness/webhook-sender-harness.ts';
import { assertKind, sendInto } from './calls.ts';

async function refusal(
  harness: WebhookSenderHarness,
  status: number,
  retryAfter?: string,
): Promise<Retryable> {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  const outcome = await sendInto(harness, { kind: 'answer', status, headers });
  assertKind(outcome, 'retryable', status);
  return outcome;
}

/** RFC 9110, section 10.2.3. */
export const retryAfterContract: Contract<WebhookSenderHarness> = {
  'reads Retry-After in seconds on 429 and 503 and calls the receiver busy': {
    async run(harness) {
      for (const status of [429, 503]) {
        const { retryAfterMs, busy } = await refusal(harness, status, '7');
        assert.deepEqual({ retryAfterMs, busy }, { retryAfterMs: 7_000, busy: true }, `${status}`);
      }
    },
  },

  'reads Retry-After as an HTTP date on 429 and 503 and calls the receiver busy': {
    async run(harness) {
      for (const status of [429, 503]) {
        const now = harness.now?.() ?? Date.now();
        const { retryAfterMs, busy } = await refusal(harness, status, new Date(now + 120_000).toUTCString());
        assert.equal(busy, true, `${status}`);
        // HTTP dates have whole seconds, and some time has passed since `now`.
        const ms = retryAfterMs ?? 0;
        assert.ok(ms > 110_000 && ms <= 121_000, `120 s from now are about ${ms} ms`);
      }
    },
  },

  'does not call a receiver busy that names no time': {
    async run(harness) {
      for (const status of [429, 503]) {
        const { retryAfterMs, busy } = await refusal(harness, status);
        assert.equal(retryAfterMs, undefined, `${status}`);
        assert.notEqual(busy, true, `${status}`);
      }
    },
  },

  'does not call a receiver busy for the Retry-After of another status': {
    async run(harness) {
      for (const status of [408, 425, 500]) {
        assert.notEqual((await refusal(harness, status, '7')).busy, true, `${status}`);
      }
    },
  },

  'drops a Retry-After that makes no sense': {
    async run(harness) {
      for (const value of ['soon', '-5', '1.5.2', '', 'Wed, 99 Foo 2026 99:99:99 GMT']) {
        const { retryAfterMs, busy } = await refusal(harness, 503, value);
        assert.equal(retryAfterMs, undefined, `'${value}'`);
        assert.notEqual(busy, true, `'${value}'`);
      }
    },
  },

  'never makes a Retry-After negative or endless': {
    async run(harness) {
      const values = ['0', '99999999999999999999', 'Thu, 01 Jan 1970 00:00:00 GMT'];
      for (const value of values) {
        const { retryAfterMs } = await refusal(harness, 503, value);
        const isSane = retryAfterMs === undefined || (Number.isFinite(retryAfterMs) && retryAfterMs >= 0);
        assert.ok(isSane, `'${value}' is not ${retryAfterMs} ms`);
      }
    },
  },
};
