import assert from 'node:assert/strict';
import type { Contract } from '../define-contract.ts';
import type { WebhookSenderHarness } from '../harness/webhook-sender-harness.ts';
import { assertEachStatus, assertKind, sendInto } from './calls.ts';

/** What each status line means. */
export const answersContract: Contract<WebhookSenderHarness> = {
  'accepts on any 2xx': {
    run: (harness) =>
      assertEachStatus(harness, [200, 201, 202, 203, 204, 205, 206, 226, 299], (outcome, status) =>
        assertKind(outcome, 'accepted', status),
      ),
  },

  'calls a redirect permanent and does not follow it': {
    async run(harness) {
      for (const status of [301, 302, 303, 307, 308]) {
        const headers = { location: '/elsewhere' };
        assertKind(await sendInto(harness, { kind: 'answer', status, headers }), 'permanent', status);
      }
      assert.ok(
        harness.received().every(({ path }) => path !== '/elsewhere'),
        'nothing goes to the new place',
      );
    },
  },

  'calls every 3xx permanent, and it is the endpoint that refuses': {
    run: (harness) =>
      assertEachStatus(harness, [300, 301, 302, 303, 304, 305, 307, 308, 399], (outcome, status) => {
        assertKind(outcome, 'permanent', status);
        assert.equal(outcome.endpoint, 'refusing', `${status} is not about the message`);
      }),
  },

  'calls 408, 425 and 429 retryable': {
    run: (harness) =>
      assertEachStatus(harness, [408, 425, 429], (outcome, status) =>
        assertKind(outcome, 'retryable', status),
      ),
  },

  'calls 500, 503 and every other 5xx retryable with which nothing was accepted': {
    run: (harness) =>
      assertEachStatus(
        harness,
        [500, 501, 503, 505, 507, 511, 521, 522, 523, 525, 526, 530],
        (outcome, status) => assertKind(outcome, 'retryable', status),
      ),
  },

  'calls 502, 504, 520, 524 and 598 ambiguous, for what stands behind the gateway may have accepted': {
    run: (harness) =>
      assertEachStatus(harness, [502, 504, 520, 524, 598], (outcome, status) =>
        assertKind(outcome, 'ambiguous', status),
      ),
  },

  'calls every other 4xx permanent, and it is about the message': {
    run: (harness) =>
      assertEachStatus(
        harness,
        [400, 402, 405, 406, 409, 411, 413, 415, 422, 431, 451, 499],
        (outcome, status) => {
          assertKind(outcome, 'permanent', status);
          assert.equal(outcome.endpoint, undefined, `${status} is about the message`);
        },
      ),
  },

  'calls 401, 403 and 404 permanent, and it is the endpoint that refuses': {
    run: (harness) =>
      assertEachStatus(harness, [401, 403, 404], (outcome, status) => {
        assertKind(outcome, 'permanent', status);
        assert.equal(outcome.endpoint, 'refusing', `${status} is not about the message`);
      }),
  },

  'calls 410 permanent, and the endpoint is gone': {
    run: (harness) =>
      assertEachStatus(harness, [410], (outcome) => {
        assertKind(outcome, 'permanent', 410);
        assert.equal(outcome.endpoint, 'gone');
      }),
  },

  'survives statuses that no list knows': {
    run: (harness) =>
      assertEachStatus(harness, [101, 600, 799, 999], (outcome, status) => {
        const kinds = ['retryable', 'permanent', 'ambiguous'];
        assert.ok(kinds.includes(outcome.kind), `${status} is not ${outcome.kind}`);
      }),
  },
};
