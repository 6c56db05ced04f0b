import { describe, expect, test } from 'vitest';
import { CircuitBreaker, DEFAULT_BREAKER_POLICY } from '../src/policy/circuit-breaker.ts';

const POLICY = { failureThreshold: 3, cooldownMs: 1000 };

function opened(at = 0): CircuitBreaker {
  const breaker = new CircuitBreaker(POLICY);
  for (let n = 0; n < 3; n += 1) breaker.record('failing', 'http_500', at);
  return breaker;
}

describe('CircuitBreaker', () => {
  test('opens after so many failures in a row, by default ten for thirty seconds', () => {
    expect(DEFAULT_BREAKER_POLICY).toEqual({ failureThreshold: 10, cooldownMs: 30_000 });
    const breaker = new CircuitBreaker();
    for (let n = 1; n < 10; n += 1) expect(breaker.record('failing', 'http_500', 0)).toBe('none');
    expect(breaker.permission(0)).toEqual({ kind: 'any' });
    expect(breaker.record('failing', 'http_500', 5)).toBe('opened');
    expect(breaker.permission(5)).toEqual({ kind: 'none', reason: 'http_500', until: 30_005 });
    expect(breaker.status).toEqual({ state: 'open', reason: 'http_500', until: 30_005 });
  });

  test('begins to count again after a success, not after an answer that says nothing about the endpoint', () => {
    const breaker = new CircuitBreaker(POLICY);
    breaker.record('failing', 'a', 0);
    breaker.record('failing', 'a', 0);
    expect(breaker.record('alive', '', 0)).toBe('none');
    expect(breaker.status).toEqual({ state: 'closed', failures: 0 });
    breaker.record('failing', 'a', 0);
    breaker.record('neutral', 'http_400', 0);
    expect(breaker.status).toEqual({ state: 'closed', failures: 1, reason: 'a' });
  });

  test('lets one probe through after the cool-down, and nothing else', () => {
    const breaker = opened();
    expect(breaker.permission(999)).toMatchObject({ kind: 'none', until: 1000 });
    expect(breaker.permission(1000)).toEqual({ kind: 'probe' });
    breaker.probeStarted();
    expect(breaker.status).toEqual({ state: 'probing', reason: 'http_500' });
    expect(breaker.permission(1000)).toEqual({ kind: 'none', reason: 'http_500', until: 2000 });
  });

  test.for(['alive', 'neutral'] as const)('closes when the probe was answered (%s)', (health) => {
    const breaker = opened();
    breaker.probeStarted();
    expect(breaker.record(health, '', 1000)).toBe('closed');
    expect(breaker.permission(1000)).toEqual({ kind: 'any' });
  });

  test('opens for another cool-down when the probe fails', () => {
    const breaker = opened();
    const probe = breaker.probeStarted();
    expect(breaker.record('failing', 'timeout', 1500)).toBe('opened');
    breaker.probeEnded(probe, 1600);
    expect(breaker.permission(1600)).toEqual({ kind: 'none', reason: 'timeout', until: 2500 });
  });

  test('lets another probe follow at once when one ended without an answer', () => {
    const breaker = opened();
    const probe = breaker.probeStarted();
    breaker.probeEnded(probe, 1200);
    expect(breaker.permission(1200)).toEqual({ kind: 'probe' });
  });

  test('does not take the late end of an earlier probe for the end of the present one', () => {
    const breaker = opened();
    const first = breaker.probeStarted();
    breaker.record('failing', 'timeout', 1000);
    breaker.probeStarted();
    breaker.probeEnded(first, 2000);
    expect(breaker.status.state).toBe('probing');
    expect(breaker.record('alive', '', 2100)).toBe('closed');
  });

  test('ignores what comes back late while it is open', () => {
    const breaker = opened();
    expect(breaker.record('alive', '', 10)).toBe('none');
    expect(breaker.record('failing', 'http_500', 900)).toBe('none');
    expect(breaker.permission(1000)).toEqual({ kind: 'probe' });
  });

  test('opens at once for an endpoint that is down, and probes it after the cool-down', () => {
    const breaker = new CircuitBreaker(POLICY);
    expect(breaker.record('down', 'token_timeout', 5)).toBe('opened');
    expect(breaker.permission(5)).toEqual({ kind: 'none', reason: 'token_timeout', until: 1_005 });
    expect(breaker.permission(1_005)).toEqual({ kind: 'probe' });
    expect(new CircuitBreaker({ ...POLICY, failureThreshold: 0 }).record('down', 'token_timeout', 0)).toBe(
      'none',
    );
  });

  test('opens on the first 410 until a probe is asked for, also when it is turned off', () => {
    const breaker = new CircuitBreaker({ failureThreshold: 0, cooldownMs: 1000 });
    for (let n = 0; n < 100; n += 1) expect(breaker.record('failing', 'http_500', 0)).toBe('none');
    expect(breaker.record('gone', 'http_410', 0)).toBe('opened');
    expect(breaker.permission(1e12)).toEqual({ kind: 'none', reason: 'http_410', until: null });
    breaker.probeNow(2000);
    expect(breaker.permission(2000)).toEqual({ kind: 'probe' });
    breaker.probeStarted();
    expect(breaker.record('gone', 'http_410', 2000)).toBe('opened');
    expect(breaker.permission(1e12)).toMatchObject({ kind: 'none', until: null });
    breaker.probeNow(3000);
    breaker.probeStarted();
    expect(breaker.record('failing', 'http_500', 3000)).toBe('closed');
    expect(breaker.permission(3000)).toEqual({ kind: 'any' });
  });

  test('a 410 keeps an open one open until a probe is asked for', () => {
    const breaker = opened();
    expect(breaker.record('gone', 'http_410', 10)).toBe('opened');
    expect(breaker.permission(1e12)).toMatchObject({ kind: 'none', until: null });
  });

  test('asked for a probe, lets one message through before the cool-down has ended, and stays open', () => {
    const breaker = opened();
    breaker.probeNow(100);
    expect(breaker.status).toEqual({ state: 'open', reason: 'http_500', until: 100 });
    expect(breaker.permission(100)).toEqual({ kind: 'probe' });
    const probe = breaker.probeStarted();
    breaker.probeNow(150);
    expect(breaker.permission(150)).toMatchObject({ kind: 'none' });
    expect(breaker.record('failing', 'timeout', 200)).toBe('opened');
    breaker.probeEnded(probe, 200);
    expect(breaker.permission(200)).toEqual({ kind: 'none', reason: 'timeout', until: 1200 });
  });

  test('asked for a probe while it is closed, forgets no failure', () => {
    const breaker = new CircuitBreaker(POLICY);
    breaker.record('failing', 'http_500', 0);
    breaker.record('failing', 'http_500', 0);
    breaker.probeNow(0);
    expect(breaker.status).toEqual({ state: 'closed', failures: 2, reason: 'http_500' });
    expect(breaker.record('failing', 'http_500', 0)).toBe('opened');
  });

  test('a probe that is started on a closed one changes nothing', () => {
    const breaker = new CircuitBreaker(POLICY);
    const probe = breaker.probeStarted();
    breaker.probeEnded(probe, 0);
    expect(breaker.permission(0)).toEqual({ kind: 'any' });
  });

  test('stays open at most twice as long when the clock is set back', () => {
    const breaker = opened(3_600_000);
    expect(breaker.permission(3_599_000)).toMatchObject({ kind: 'none' });
    expect(breaker.permission(3_598_999)).toEqual({ kind: 'probe' });
    expect(breaker.permission(0)).toEqual({ kind: 'probe' });
  });
});
