import { aDeadLetter, aHold, aNack, anAck, anAttempt } from '@messaging-system/contract-tests';
import { type MessagingEvent, StoreRejectedError, StoreUnavailableError } from '@messaging-system/core';
import type { DeliveryAttempt, Settlement } from '@messaging-system/core/adapter';
import { describe, expect, test } from 'vitest';
import { LogObserver } from '../../src/log/log-observer.ts';
import { type CapturedLog, capturedLog, LEVEL, type LogRecord } from '../support/captured-log.ts';
import { AT, message, ONE_OF_EACH } from '../support/events.ts';

function observed(...events: readonly MessagingEvent[]): CapturedLog {
  const captured = capturedLog();
  const observer = new LogObserver(captured.log);
  for (const event of events) observer.observe(event);
  return captured;
}

function settled(settlement: Settlement, recalled = false): LogRecord | undefined {
  return observed({ type: 'message.settled', at: AT, message, settlement, recalled }).lines()[0];
}

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

  test('that was sent after an interrupted attempt is a warning: it may have been sent twice', () => {
    const again = { ...message, lostLeases: 1 };
    const event = { type: 'message.settled', at: AT, message: again, settlement: anAck(message.id) } as const;
    expect(observed({ ...event, recalled: false }).lines()[0]).toMatchObject({
      level: LEVEL.warn,
      msg: 'sent; an earlier attempt was interrupted and may have arrived: possibly sent twice',
    });
    // Nothing was sent for it.
    expect(observed({ ...event, recalled: true }).lines()[0]).toMatchObject({ level: LEVEL.info });
  });

  test('that was sent earlier is distinguished', () => {
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

  const later = AT + 182_000;
  const attempt = (outcome: DeliveryAttempt['outcome'], reason: string): DeliveryAttempt =>
    anAttempt({ outcome, reason });
  test.for<[string, Settlement]>([
    ['sent', anAck(message.id)],
    [
      'not delivered (http_500), will retry at 2026-01-02T03:07:07Z',
      aNack(message.id, { attempt: attempt('retryable', 'http_500'), availableAt: later }),
    ],
    [
      'not delivered (http_401), will retry at 2026-01-03T03:04:05Z',
      aNack(message.id, {
        attempt: { ...attempt('permanent', 'http_401'), uncounted: true },
        reason: 'http_401',
        availableAt: AT + 86_400_000,
      }),
    ],
    [
      'not delivered (http_500), outcome of an earlier attempt unknown, will retry at 2026-01-02T03:07:07Z',
      aNack(message.id, { attempt: attempt('retryable', 'http_500'), inDoubt: true, availableAt: later }),
    ],
    [
      'delivery outcome unknown (http_504), will retry at 2026-01-02T03:07:07Z',
      aNack(message.id, {
        attempt: attempt('ambiguous', 'http_504'),
        reason: 'http_504',
        inDoubt: true,
        availableAt: later,
      }),
    ],
    [
      'delivery outcome unknown (reconciler_unavailable), will look again at 2026-01-02T03:07:07Z',
      aNack(message.id, {
        attempt: null,
        reason: 'reconciler_unavailable',
        inDoubt: true,
        availableAt: later,
      }),
    ],
    ['failed (http_400), will not retry until redriven', aDeadLetter(message.id)],
    [
      'delivery outcome unknown (timeout), will not retry; ask the receiver before you redrive it',
      aHold(message.id, { attempt: attempt('ambiguous', 'timeout'), reason: 'timeout' }),
    ],
    [
      'delivery outcome unknown (outcome_unknown), will not retry; ask the receiver before you redrive it',
      aHold(message.id, { attempt: null, reason: 'outcome_unknown' }),
    ],
    [
      'not delivered (connection_refused), outcome of an earlier attempt unknown, will not retry; ask the receiver before you redrive it',
      aHold(message.id, {
        attempt: attempt('retryable', 'connection_refused'),
        reason: 'connection_refused',
      }),
    ],
    [
      'not delivered (expired), outcome of an earlier attempt unknown, will not retry; ask the receiver before you redrive it',
      aHold(message.id, { attempt: null, reason: 'expired' }),
    ],
  ])('is described by its known fields: %s', ([text, settlement]) => {
    expect(settled(settlement)?.msg).toBe(text);
  });

  test('is never told as not delivered where nobody knows', () => {
    const ambiguous = { attempt: attempt('ambiguous', 'timeout'), reason: 'timeout' };
    for (const settlement of [
      aNack(message.id, { ...ambiguous, inDoubt: true }),
      aHold(message.id, ambiguous),
    ])
      expect(settled(settlement)?.msg).toMatch(/^delivery outcome unknown \(timeout\), will/);
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

describe('an error that nobody expects', () => {
  const error = new TypeError('x is not a function');

  test.for<[string, MessagingEvent]>([
    ['of the dispatcher', { type: 'dispatcher.failed', at: AT, during: 'send', error }],
    ['of the store', { type: 'store.unavailable', at: AT, operation: 'claimDue', error }],
    ['of the cache', { type: 'sent_cache.unavailable', at: AT, operation: 'recall', error }],
    ['of the reconciler', { type: 'reconciler.unavailable', at: AT, id: message.id, error }],
  ])('%s is written with its stack', ([, event]) => {
    expect(observed(event).lines()[0]).toMatchObject({
      err: {
        type: 'TypeError',
        message: 'x is not a function',
        stack: expect.stringContaining('TypeError: x is'),
      },
    });
  });

  test('of the store is not told as a store that does not answer', () => {
    const [line] = observed({ type: 'store.unavailable', at: AT, operation: 'claimDue', error }).lines();
    expect(line?.msg).toMatch(/^unexpected error of the store/);
  });
});

test.each([
  [new StoreUnavailableError('down'), 'the store does not answer; delivery waits for it'],
  [
    new StoreRejectedError('the disk is full'),
    'the store refuses: fix the error in err; delivery waits for it',
  ],
])('tells a store that is away from one that refuses: %s', (error, text) => {
  expect(observed({ type: 'store.unavailable', at: AT, operation: 'claimDue', error }).lines()[0]?.msg).toBe(
    text,
  );
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
  expect(line).toMatchObject({
    level: LEVEL.error,
    msg: 'delivery is off until it is started again; doctor says what to check',
  });
});

test('keeps the ticks that find nothing out of all but the finest log', () => {
  const [line] = observed({
    type: 'batch.claimed',
    at: AT,
    count: 0,
    interrupted: 0,
    durationMs: 1,
    ids: [],
  }).lines();
  expect(line?.level).toBe(LEVEL.trace);
});
