import assert from 'node:assert/strict';
import type { Retryable, SendOutcome } from '@messaging-system/core/adapter';
import type { CaseRun, Contract } from '../define-contract.ts';
import type { WebhookSenderHarness } from '../harness/webhook-sender-harness.ts';
import { assertKind, sendInto } from './calls.ts';

/** Sends one status after the other and expects the same kind of answer to each, about the message or about the endpoint. */
function answersTo(
  statuses: readonly number[],
  kind: SendOutcome['kind'],
  endpoint?: 'refusing' | 'gone',
): CaseRun<WebhookSenderHarness> {
  return async (harness) => {
    for (const status of statuses) {
      const outcome = await sendInto(harness, { kind: 'answer', status });
      assertKind(outcome, kind, status);
      const told = outcome.kind === 'permanent' ? outcome.endpoint : undefined;
      assert.equal(told, endpoint, `${status} is ${endpoint === undefined ? '' : 'not '}about the message`);
    }
  };
}

/** The delay of a refusal with this `Retry-After`: RFC 9110, section 10.2.3. */
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

/** The meaning of each status line. */
export const answersContract: Contract<WebhookSenderHarness> = {
  'accepts on any 2xx': answersTo([200, 201, 202, 203, 204, 205, 206, 226, 299], 'accepted'),

  'calls a redirect permanent and does not follow it': async (harness) => {
    for (const status of [301, 302, 303, 307, 308]) {
      const headers = { location: '/elsewhere' };
      assertKind(await sendInto(harness, { kind: 'answer', status, headers }), 'permanent', status);
    }
    assert.ok(
      harness.received().every(({ path }) => path !== '/elsewhere'),
      'nothing goes to the new place',
    );
  },

  'calls every 3xx permanent, and it is the endpoint that refuses': answersTo(
    [300, 301, 302, 303, 304, 305, 307, 308, 399],
    'permanent',
    'refusing',
  ),

  'calls 408, 425 and 429 retryable': answersTo([408, 425, 429], 'retryable'),

  'calls 500, 503 and every other 5xx retryable with which nothing was accepted': answersTo(
    [500, 501, 503, 505, 507, 511, 521, 522, 523, 525, 526, 530],
    'retryable',
  ),

  'calls 502, 504, 520, 524 and 598 ambiguous, for what stands behind the gateway may have accepted':
    answersTo([502, 504, 520, 524, 598], 'ambiguous'),

  'calls every other 4xx permanent, and it is about the message': answersTo(
    [400, 402, 405, 406, 409, 411, 413, 415, 422, 431, 451, 499],
    'permanent',
  ),

  'calls 401, 403 and 404 permanent, and it is the endpoint that refuses': answersTo(
    [401, 403, 404],
    'permanent',
    'refusing',
  ),

  'calls 410 permanent, and the endpoint is gone': answersTo([410], 'permanent', 'gone'),

  'survives statuses that no list knows': async (harness) => {
    for (const status of [101, 600, 799, 999]) {
      const { kind } = await sendInto(harness, { kind: 'answer', status });
      assert.ok(['retryable', 'permanent', 'ambiguous'].includes(kind), `${status} is not ${kind}`);
    }
  },

  'reads Retry-After in seconds on 429 and 503 and calls the receiver busy': async (harness) => {
    for (const status of [429, 503]) {
      const { retryAfterMs, busy } = await refusal(harness, status, '7');
      assert.deepEqual({ retryAfterMs, busy }, { retryAfterMs: 7_000, busy: true }, `${status}`);
    }
  },

  'reads Retry-After as an HTTP date on 429 and 503 and calls the receiver busy': async (harness) => {
    for (const status of [429, 503]) {
      const now = harness.now?.() ?? Date.now();
      const { retryAfterMs, busy } = await refusal(harness, status, new Date(now + 120_000).toUTCString());
      assert.equal(busy, true, `${status}`);
      // HTTP dates have whole seconds, and some time has passed since `now`.
      const ms = retryAfterMs ?? 0;
      assert.ok(ms > 110_000 && ms <= 121_000, `120 s from now are about ${ms} ms`);
    }
  },

  'does not call a receiver busy that names no time': async (harness) => {
    for (const status of [429, 503]) {
      const { retryAfterMs, busy } = await refusal(harness, status);
      assert.equal(retryAfterMs, undefined, `${status}`);
      assert.notEqual(busy, true, `${status}`);
    }
  },

  'does not call a receiver busy for the Retry-After of another status': async (harness) => {
    for (const status of [408, 425, 500]) {
      assert.notEqual((await refusal(harness, status, '7')).busy, true, `${status}`);
    }
  },

  'drops a Retry-After that makes no sense': async (harness) => {
    for (const value of ['soon', '-5', '1.5.2', '', 'Wed, 99 Foo 2026 99:99:99 GMT']) {
      const { retryAfterMs, busy } = await refusal(harness, 503, value);
      assert.equal(retryAfterMs, undefined, `'${value}'`);
      assert.notEqual(busy, true, `'${value}'`);
    }
  },

  'never makes a Retry-After negative or endless': async (harness) => {
    const values = ['0', '99999999999999999999', 'Thu, 01 Jan 1970 00:00:00 GMT'];
    for (const value of values) {
      const { retryAfterMs } = await refusal(harness, 503, value);
      const isSane = retryAfterMs === undefined || (Number.isFinite(retryAfterMs) && retryAfterMs >= 0);
      assert.ok(isSane, `'${value}' is not ${retryAfterMs} ms`);
    }
  },
};
