import { describe, expect, test } from 'vitest';
import { cancel, claim, redrive } from '../src/adapter.ts';
import { aClaim, anAttempt, aStored, MINUTE, T0, viewOf } from './support/builders.ts';

describe('cancel', () => {
  test('drops an unsent message permanently', () => {
    const { stored, result } = cancel(aStored(), T0 + 1);
    expect(stored.message).toMatchObject({ status: 'cancelled', settledAt: T0 + 1, availableAt: null });
    expect(result).toEqual({ kind: 'cancelled', message: stored.message });
  });

  test('is refused under a lease, an expired one too', () => {
    const leased = claim(aStored(), aClaim());
    expect(cancel(leased, T0)).toEqual({
      stored: leased,
      result: { kind: 'in_flight', message: leased.message },
    });
    expect(cancel(leased, T0 + 10 * MINUTE).result.kind).toBe('in_flight');
  });

  test.for(['sent', 'failed', 'unknown', 'cancelled'] as const)('is refused for a %s message', (status) => {
    const stored = aStored({ status });
    expect(cancel(stored, T0)).toEqual({
      stored,
      result: { kind: 'refused', message: stored.message },
    });
  });
});

describe('redrive', () => {
  test.for(['failed', 'unknown'] as const)('starts a %s message again and keeps what it was', (status) => {
    const history = [anAttempt()];
    const before = aStored({
      status,
      idempotencyKey: 'key',
      attempts: 8,
      lostLeases: 20,
      inDoubt: true,
      expiresAt: T0 - 1,
      availableAt: null,
      settledAt: T0,
      reason: 'timeout',
      history,
    });
    const { stored, result } = redrive(before, T0 + 5);
    expect(viewOf(stored)).toMatchObject({
      id: before.message.id,
      idempotencyKey: 'key',
      history,
      status: 'unsent',
      availableAt: T0 + 5,
      dueAt: T0 + 5,
      expiresAt: null,
      settledAt: null,
      attempts: 0,
      lostLeases: 0,
      inDoubt: false,
      reason: null,
    });
    expect(result).toEqual({ kind: 'redriven', message: stored.message });
  });

  test('makes a message that waits for its next attempt due, and leaves one that was asked for later', () => {
    const waiting = aStored({
      attempts: 2,
      reason: 'http_500',
      inDoubt: true,
      availableAt: T0 + MINUTE,
      history: [anAttempt()],
    });
    expect(viewOf(redrive(waiting, T0 + 5).stored)).toEqual({
      ...viewOf(waiting),
      availableAt: T0 + 5,
      dueAt: T0 + 5,
    });
    const later = aStored({ sendAt: T0 + MINUTE, availableAt: T0 + MINUTE });
    expect(redrive(later, T0 + 5).result.kind).toBe('refused');
  });

  test.for(['unsent', 'sent', 'cancelled'] as const)('is refused for a %s message', (status) => {
    const stored = aStored({ status });
    expect(redrive(stored, T0)).toEqual({
      stored,
      result: { kind: 'refused', message: stored.message },
    });
  });
});
