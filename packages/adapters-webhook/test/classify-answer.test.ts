import { ManualClock } from '@messaging-system/core/in-memory';
import { describe, expect, test } from 'vitest';
import { type Answer, classifyAnswer, GATEWAY_STATUSES } from '../src/classify-answer.ts';

const clock = new ManualClock();
const RULES = {
  isAccepted: (status: number) => status >= 200 && status < 300,
  isAmbiguous: (status: number) => GATEWAY_STATUSES.includes(status),
  clock,
};

function classify(answer: Partial<Answer> & { readonly status: number }, rules = RULES) {
  return classifyAnswer({ headers: {}, body: Buffer.alloc(0), isWhole: true, ...answer }, rules);
}

describe('classifyAnswer', () => {
  test('gives every status from 100 to 999 a meaning', () => {
    const kindOf = (status: number): string => {
      if (status >= 200 && status < 300) return 'accepted';
      if ([502, 504, 520, 524, 527, 598, 599].includes(status)) return 'ambiguous';
      if (status === 408 || status === 425 || status === 429) return 'retryable';
      return status >= 300 && status < 500 ? 'permanent' : 'retryable';
    };
    for (let status = 100; status < 1000; status += 1) {
      expect(classify({ status }).kind, String(status)).toBe(kindOf(status));
    }
  });

  test('calls retryable what a gateway answers that has not reached the receiver', () => {
    const kinds = [521, 522, 523, 525, 526, 530].map((status) => classify({ status }).kind);
    expect(new Set(kinds)).toEqual(new Set(['retryable']));
  });

  test('names the status in the reason', () => {
    expect(classify({ status: 400 })).toEqual({ kind: 'permanent', reason: 'http_400' });
    expect(classify({ status: 500 })).toEqual({ kind: 'retryable', reason: 'http_500' });
    expect(classify({ status: 504 })).toEqual({ kind: 'ambiguous', reason: 'http_504' });
  });

  test('says of 3xx, 401, 403, 404 and 410 that it is about the endpoint', () => {
    for (const status of [300, 301, 302, 307, 308, 399, 401, 403, 404]) {
      expect(classify({ status })).toEqual({
        kind: 'permanent',
        reason: `http_${status}`,
        endpoint: 'refusing',
      });
    }
    expect(classify({ status: 410 })).toEqual({ kind: 'permanent', reason: 'http_410', endpoint: 'gone' });
  });

  test('reads a date in Retry-After by the clock', () => {
    const headers = { 'retry-after': new Date(clock.now() + 60_000).toUTCString() };
    expect(classify({ status: 503, headers })).toEqual({
      kind: 'retryable',
      reason: 'http_503',
      retryAfterMs: 60_000,
      busy: true,
    });
  });

  test('takes any 4xx with Retry-After for later, not for never, except 410', () => {
    for (const status of [400, 401, 403, 404, 408, 409, 413, 423, 425, 451]) {
      expect(classify({ status, headers: { 'retry-after': '7' } })).toEqual({
        kind: 'retryable',
        reason: `http_${status}`,
        retryAfterMs: 7_000,
      });
    }
    expect(classify({ status: 410, headers: { 'retry-after': '7' } })).toMatchObject({
      kind: 'permanent',
      endpoint: 'gone',
    });
    expect(classify({ status: 302, headers: { 'retry-after': '7' } }).kind).toBe('permanent');
    expect(classify({ status: 403, headers: { 'retry-after': '0' } }).kind).toBe('permanent');
    expect(classify({ status: 403, headers: { 'retry-after': 'soon' } }).kind).toBe('permanent');
  });

  test('waits as long as a failing receiver asks', () => {
    expect(classify({ status: 500, headers: { 'retry-after': '7' } })).toEqual({
      kind: 'retryable',
      reason: 'http_500',
      retryAfterMs: 7_000,
    });
    expect(classify({ status: 504, headers: { 'retry-after': '7' } })).toEqual({
      kind: 'ambiguous',
      reason: 'http_504',
    });
  });

  test('waits for the reset of a rate limit where a 429 has no Retry-After, and nowhere else', () => {
    const headers = { 'ratelimit-reset': '30' };
    const waiting = { kind: 'retryable', reason: 'http_429', busy: true };
    expect(classify({ status: 429, headers })).toEqual({ ...waiting, retryAfterMs: 30_000 });
    expect(classify({ status: 429, headers: { ...headers, 'retry-after': '7' } })).toEqual({
      ...waiting,
      retryAfterMs: 7_000,
    });
    for (const status of [400, 403, 500, 503]) {
      expect(classify({ status, headers })).toEqual(classify({ status }));
    }
  });

  test('calls a 2xx ambiguous that is not among the accepted statuses', () => {
    const rules = { ...RULES, isAccepted: (status: number) => status === 202 || status === 409 };
    expect(classify({ status: 200 }, rules)).toEqual({ kind: 'ambiguous', reason: 'http_200' });
    expect(classify({ status: 202 }, rules)).toEqual({ kind: 'accepted' });
    expect(classify({ status: 409, body: Buffer.from('{"messageId":"m"}') }, rules)).toEqual({
      kind: 'accepted',
      webhookMessageId: 'm',
    });
  });
});
