import { describe, expect, test } from 'vitest';
import type { AmbiguityPolicy, SendOutcome, Settlement } from '../src/adapter.ts';
import { type FinishedSend, settlementForOutcome } from '../src/dispatch/settlement-for-outcome.ts';
import { DEFAULT_RETRY_POLICY } from '../src/index.ts';
import { endpointHealth } from '../src/policy/circuit-breaker.ts';
import { T0 } from './support/builders.ts';
import { ACCEPTED, HTTP_400, HTTP_500, TIMEOUT } from './support/scripted-sender.ts';

const FINISHED = T0 + 40;

function settlement(
  outcome: SendOutcome,
  send: Partial<FinishedSend> = {},
  ambiguity: AmbiguityPolicy = 'resend',
): Settlement {
  return settlementForOutcome(
    {
      id: 'id',
      attempt: 2,
      startedAt: T0,
      finishedAt: FINISHED,
      outcome,
      isUncounted: false,
      inDoubt: false,
      expiresAt: null,
      ...send,
    },
    { ambiguity, retry: DEFAULT_RETRY_POLICY, sendTimeoutMs: 15_000 },
    0.5,
  );
}

const refusing: SendOutcome = { kind: 'permanent', reason: 'http_401', endpoint: 'refusing' };
const gone: SendOutcome = { kind: 'permanent', reason: 'http_410', endpoint: 'gone' };

describe('settlementForOutcome', () => {
  test('acks what was accepted, with the time and the receiver’s id', () => {
    expect(settlement(ACCEPTED)).toEqual({
      kind: 'ack',
      id: 'id',
      webhookMessageId: 'hook-1',
      sentAt: FINISHED,
      settledAt: FINISHED,
      attempt: { attempt: 2, startedAt: T0, durationMs: 40, outcome: 'accepted', reason: null },
    });
    expect(settlement({ kind: 'accepted' })).toMatchObject({ webhookMessageId: null });
  });

  test('puts off what may be tried again, by the policy or longer if the receiver asks', () => {
    expect(settlement(HTTP_500)).toEqual({
      kind: 'nack',
      id: 'id',
      availableAt: FINISHED + 12_500,
      inDoubt: false,
      reason: 'http_500',
      attempt: { attempt: 2, startedAt: T0, durationMs: 40, outcome: 'retryable', reason: 'http_500' },
    });
    expect(settlement({ kind: 'retryable', reason: 'http_503', retryAfterMs: 60_000 })).toMatchObject({
      availableAt: FINISHED + 60_000,
    });
  });

  test('gives up after the last attempt: never says sent for a 500', () => {
    expect(settlement(HTTP_500, { attempt: 7 }).kind).toBe('nack');
    expect(settlement(HTTP_500, { attempt: 8 })).toMatchObject({
      kind: 'deadLetter',
      reason: 'http_500',
      attempt: { attempt: 8 },
    });
  });

  test('gives up at once what will never be taken', () => {
    for (const outcome of [HTTP_400, refusing, gone]) {
      expect(settlement(outcome)).toMatchObject({ kind: 'deadLetter', attempt: { outcome: 'permanent' } });
    }
  });

  test('keeps an earlier doubt until somebody knows', () => {
    expect(settlement(HTTP_500, { inDoubt: true })).toMatchObject({ kind: 'nack', inDoubt: true });
  });

  test('of an attempt that does not count, puts off what is about the endpoint and not about the message', () => {
    const uncounted = { isUncounted: true, attempt: 8 };
    const attempt = { attempt: 8, uncounted: true };
    expect(settlement(HTTP_500, uncounted)).toMatchObject({ kind: 'nack', attempt });
    expect(settlement(refusing, uncounted)).toMatchObject({ kind: 'nack', attempt, reason: 'http_401' });
    expect(settlement(gone, uncounted)).toMatchObject({ kind: 'nack', attempt });
    expect(settlement(TIMEOUT, uncounted)).toMatchObject({ kind: 'nack', attempt, inDoubt: true });
    for (const outcome of [HTTP_400, ACCEPTED])
      expect(settlement(outcome, uncounted).attempt).not.toHaveProperty('uncounted');
    expect(settlement(HTTP_400, uncounted)).toMatchObject({ kind: 'deadLetter', attempt: { attempt: 8 } });
    expect(settlement(ACCEPTED, uncounted)).toMatchObject({ kind: 'ack', attempt: { attempt: 8 } });
  });

  test('never gives up what the receiver asks to have later, and does not count the attempt', () => {
    const polite: SendOutcome = { kind: 'retryable', reason: 'http_503', busy: true, retryAfterMs: 60_000 };
    expect(settlement(polite, { attempt: 8 })).toMatchObject({
      kind: 'nack',
      availableAt: FINISHED + 60_000,
      attempt: { attempt: 8, outcome: 'retryable', reason: 'http_503', uncounted: true },
    });
    expect(settlement({ ...polite, retryAfterMs: 0 }, { attempt: 8 })).toMatchObject({ kind: 'deadLetter' });
    expect(settlement({ ...polite, busy: false }, { attempt: 8 })).toMatchObject({ kind: 'deadLetter' });
  });

  test('puts nothing off beyond its expiry', () => {
    const expiresAt = FINISHED + 1_000;
    const polite: SendOutcome = { kind: 'retryable', reason: 'http_429', busy: true, retryAfterMs: 60_000 };
    for (const outcome of [HTTP_500, TIMEOUT, polite])
      expect(settlement(outcome, { expiresAt })).toMatchObject({ kind: 'nack', availableAt: expiresAt });
    expect(settlement(refusing, { expiresAt, isUncounted: true })).toMatchObject({ availableAt: expiresAt });
  });

  describe('of an ambiguous attempt', () => {
    test('resends later, in doubt, and holds it when the attempts are used up', () => {
      expect(settlement(TIMEOUT)).toMatchObject({
        kind: 'nack',
        availableAt: FINISHED + 12_500,
        inDoubt: true,
      });
      expect(settlement(TIMEOUT, { attempt: 8 })).toMatchObject({
        kind: 'hold',
        reason: 'timeout',
        attempt: { outcome: 'ambiguous' },
      });
    });

    test('under hold never resends', () => {
      for (const attempt of [1, 8]) {
        for (const isUncounted of [false, true]) {
          expect(settlement(TIMEOUT, { attempt, isUncounted }, 'hold')).toMatchObject({
            kind: 'hold',
            attempt: { attempt },
          });
        }
      }
    });

    test('under reconcile asks when the attempt can no longer be under way', () => {
      expect(settlement(TIMEOUT, {}, 'reconcile')).toMatchObject({
        kind: 'nack',
        availableAt: FINISHED + 15_000,
        inDoubt: true,
        attempt: { outcome: 'ambiguous' },
      });
      expect(settlement(TIMEOUT, { isUncounted: true }, 'reconcile')).toMatchObject({
        attempt: { uncounted: true },
      });
    });
  });

  test('keeps the response of an attempt, whatever came of it', () => {
    const response = { status: 422, headers: { 'content-type': 'text/plain' }, body: 'no such number' };
    for (const outcome of [ACCEPTED, HTTP_500, HTTP_400, TIMEOUT]) {
      expect(settlement({ ...outcome, response }).attempt?.response).toEqual(response);
      expect(settlement(outcome).attempt).not.toHaveProperty('response');
    }
  });

  test('gives up what could not be made into a request, without an attempt', () => {
    const unbuilt = { kind: 'permanent', reason: 'missing_value', noRequest: true } as const;
    const given = { id: 'id', reason: 'missing_value', settledAt: FINISHED, attempt: null };
    for (const isUncounted of [false, true]) {
      expect(settlement(unbuilt, { isUncounted })).toEqual({ kind: 'deadLetter', ...given });
      // An earlier attempt may have delivered it.
      expect(settlement(unbuilt, { isUncounted, inDoubt: true })).toEqual({ kind: 'hold', ...given });
    }
  });

  test('never tells a negative duration, also when the clock was set back', () => {
    expect(settlement(ACCEPTED, { finishedAt: T0 - 1000 })).toMatchObject({ attempt: { durationMs: 0 } });
  });
});

test('an endpoint that is down uses up no attempt, however many there were', () => {
  const down: SendOutcome = { kind: 'retryable', reason: 'token_timeout', endpoint: 'down' };
  expect(settlement(down, { attempt: 1_000 })).toMatchObject({ kind: 'nack', attempt: { uncounted: true } });
});

describe('endpointHealth', () => {
  test.for<[string, SendOutcome]>([
    ['alive', ACCEPTED],
    ['failing', HTTP_500],
    ['neutral', { kind: 'retryable', reason: 'http_429', busy: true }],
    ['down', { kind: 'retryable', reason: 'token_timeout', endpoint: 'down' }],
    ['failing', TIMEOUT],
    ['neutral', HTTP_400],
    ['failing', refusing],
    ['gone', gone],
  ])('is %s after %o', ([health, outcome]) => {
    expect(endpointHealth(outcome)).toBe(health);
  });
});
