import { aDeadLetter, aHold, aMessage, aNack, anAck } from '@messaging-system/contract-tests';
import { type MessagingEvent, type Settlement, StoreUnavailableError } from '@messaging-system/core';
import { describe, expect, test } from 'vitest';
import { LogObserver } from '../../src/log/log-observer.ts';
import { type CapturedLog, capturedLog, LEVEL, type LogRecord } from '../support/captured-log.ts';

const AT = Date.parse('2026-01-02T03:04:05Z');
const message = aMessage({ phoneNumber: '+905551234512', content: 'the content of it' });

function observed(...events: readonly MessagingEvent[]): CapturedLog {
  const captured = capturedLog();
  const observer = new LogObserver(captured.log);
  for (const event of events) observer.observe(event);
  return captured;
}

function settled(settlement: Settlement, recalled = false): LogRecord | undefined {
  return observed({ type: 'message.settled', at: AT, message, settlement, recalled }).lines()[0];
}

/** One of each type: a new one fails to compile until it is here. */
const ONE_OF_EACH: { readonly [Type in MessagingEvent['type']]: MessagingEvent } = {
  'dispatcher.started': { type: 'dispatcher.started', at: AT },
  'dispatcher.draining': { type: 'dispatcher.draining', at: AT, inFlight: 2 },
  'dispatcher.stopped': { type: 'dispatcher.stopped', at: AT },
  'batch.claimed': { type: 'batch.claimed', at: AT, count: 1, interrupted: 0, durationMs: 3 },
  'attempt.started': { type: 'attempt.started', at: AT, message, attempt: 1 },
  'attempt.finished': {
    type: 'attempt.finished',
    at: AT,
    message,
    attempt: 1,
    outcome: { kind: 'retryable', reason: 'http_500' },
    durationMs: 5,
  },
  'message.settled': {
    type: 'message.settled',
    at: AT,
    message,
    settlement: anAck(message.id),
    recalled: false,
  },
  'batch.settled': { type: 'batch.settled', at: AT, count: 1, durationMs: 2 },
  'messages.released': { type: 'messages.released', at: AT, ids: [message.id] },
  'lease.lost': { type: 'lease.lost', at: AT, ids: [message.id], during: 'settle' },
  'store.unavailable': {
    type: 'store.unavailable',
    at: AT,
    operation: 'claimDue',
    error: new StoreUnavailableError('down'),
  },
  'store.recovered': { type: 'store.recovered', at: AT, operation: 'claimDue' },
  'sent_cache.unavailable': { type: 'sent_cache.unavailable', at: AT, operation: 'recall', error: 'down' },
  'reconciler.unavailable': { type: 'reconciler.unavailable', at: AT, id: message.id, error: 'down' },
  'clock.skewed': { type: 'clock.skewed', at: AT, offsetMs: 9_000 },
  'breaker.opened': { type: 'breaker.opened', at: AT, reason: 'http_401', until: AT + 30_000 },
  'breaker.closed': { type: 'breaker.closed', at: AT },
  'claiming.paused': { type: 'claiming.paused', at: AT, until: AT + 60_000, reason: 'http_429' },
  'messages.enqueued': { type: 'messages.enqueued', at: AT, count: 1, ids: [message.id] },
  'messages.cancelled': { type: 'messages.cancelled', at: AT, count: 1, ids: [message.id] },
  'messages.redriven': { type: 'messages.redriven', at: AT, count: 7, ids: [] },
  'messages.erased': { type: 'messages.erased', at: AT, count: 1, ids: [] },
  'messages.pruned': { type: 'messages.pruned', at: AT, count: 1, ids: [] },
};

test.each(Object.values(ONE_OF_EACH))(
  'writes one line of $type, without content and phone number',
  (event) => {
    const { lines, text } = observed(event);
    expect(lines()).toHaveLength(1);
    expect(text()).not.toContain('5551234512');
    expect(text()).not.toContain('the content of it');
  },
);

describe('a settled message', () => {
  test('that was sent is worth knowing', () => {
    expect(settled(anAck(message.id))).toMatchObject({
      level: LEVEL.info,
      msg: 'sent',
      messageId: message.id,
      to: '+90555•••12',
    });
  });

  test('that was sent earlier is told apart', () => {
    expect(settled(anAck(message.id), true)?.msg).toBe('was sent earlier, and is not sent again');
  });

  test('that is tried again says why and when', () => {
    const line = settled(aNack(message.id, { reason: 'http_500', availableAt: AT }));
    expect(line).toMatchObject({
      level: LEVEL.warn,
      reason: 'http_500',
      nextAttemptAt: '2026-01-02T03:04:05.000Z',
    });
  });

  test('that an operator has to look after is an error', () => {
    expect(settled(aDeadLetter(message.id, { reason: 'http_400' }))).toMatchObject({
      level: LEVEL.error,
      reason: 'http_400',
    });
    expect(settled(aHold(message.id, { reason: 'timeout' }))).toMatchObject({
      level: LEVEL.error,
      reason: 'timeout',
    });
  });
});

describe('a fault that repeats itself', () => {
  const at = (seconds: number, operation = 'claimDue'): MessagingEvent => ({
    type: 'store.unavailable',
    at: AT + seconds * 1000,
    operation,
    error: new StoreUnavailableError('down'),
  });

  test('is one line in ten seconds, with how many it stands for', () => {
    const { lines } = observed(at(0), at(1), at(9), at(10), at(11), at(21));
    expect(lines().map(({ notShown }) => notShown)).toEqual([undefined, 2, 1]);
  });

  test('hides no fault of another operation', () => {
    const { lines } = observed(at(0), at(0, 'settle'), at(0), at(0, 'settle'));
    expect(lines().map(({ operation }) => operation)).toEqual(['claimDue', 'settle']);
  });

  test('is not silenced by a clock that was set back', () => {
    expect(observed(at(3600), at(0)).lines()).toHaveLength(2);
  });
});

test('says of an endpoint that is gone that somebody has to start again', () => {
  const [line] = observed({ type: 'breaker.opened', at: AT, reason: 'http_410', until: null }).lines();
  expect(line).toMatchObject({ level: LEVEL.error, msg: 'delivery is off until it is started again' });
});

test('keeps the ticks that find nothing out of all but the finest log', () => {
  const [line] = observed({ type: 'batch.claimed', at: AT, count: 0, interrupted: 0, durationMs: 1 }).lines();
  expect(line?.level).toBe(LEVEL.trace);
});
