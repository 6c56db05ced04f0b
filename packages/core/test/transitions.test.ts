import { describe, expect, test } from 'vitest';
import {
  beginAttempt,
  claim,
  extendLease,
  isDue,
  isHeldBy,
  KEPT_ATTEMPTS,
  release,
  type StoredMessage,
  settle,
  storedFrom,
  toMessage,
} from '../src/adapter.ts';
import { appendAttempt } from '../src/message/delivery-attempt.ts';
import { aClaim, aForeignDocument, aNewMessage, anAttempt, aStored, MINUTE, T0 } from './support/builders.ts';

const held = (overrides: Partial<StoredMessage> = {}): StoredMessage => ({
  ...claim(aStored(), aClaim()),
  ...overrides,
});

describe('storedFrom', () => {
  test('makes an unsent message that is due when it was created, or when it asks to be sent', () => {
    expect(storedFrom('id', aNewMessage())).toMatchObject({ status: 'unsent', dueAt: T0, availableAt: T0 });
    expect(storedFrom('id', aNewMessage({ sendAt: T0 + 5 }))).toMatchObject({
      sendAt: T0 + 5,
      dueAt: T0 + 5,
      availableAt: T0 + 5,
    });
  });

  test('toMessage leaves out what only the store needs', () => {
    const message = toMessage(held());
    for (const secret of ['leaseToken', 'leaseJournals', 'begunAt', 'inDoubt', 'settledBy']) {
      expect(message).not.toHaveProperty(secret);
    }
    expect(message).toMatchObject({ leasedUntil: T0 + MINUTE, status: 'unsent' });
  });
});

describe('isDue', () => {
  test.for<[boolean, Partial<StoredMessage>]>([
    [true, { availableAt: null }],
    [true, { availableAt: T0 }],
    [false, { availableAt: T0 + 1 }],
    [false, { status: 'sent', availableAt: null }],
    [false, { status: 'failed' }],
    [false, { status: 'unknown' }],
    [false, { status: 'cancelled' }],
  ])('is %s for %o', ([due, overrides]) => {
    expect(isDue(aStored(overrides), T0)).toBe(due);
  });

  test('is true again for a lease that has ended', () => {
    expect(isDue(held(), T0 + MINUTE - 1)).toBe(false);
    expect(isDue(held(), T0 + MINUTE)).toBe(true);
  });
});

describe('claim', () => {
  test('leases a message that nobody holds, and keeps its place', () => {
    const claimed = claim(aStored(), aClaim({ journals: true }));
    expect(claimed).toMatchObject({
      status: 'unsent',
      leaseToken: 'ours',
      leasedUntil: T0 + MINUTE,
      availableAt: T0 + MINUTE,
      dueAt: T0,
      leaseJournals: true,
      lostLeases: 0,
      attempts: 0,
      inDoubt: false,
    });
    expect(isHeldBy(claimed, 'ours')).toBe(true);
    expect(isHeldBy(claimed, 'theirs')).toBe(false);
  });

  test('takes over an expired lease, counts it, and queues at its end', () => {
    const taken = claim(held(), aClaim({ leaseToken: 'theirs', leasedUntil: T0 + 3 * MINUTE }));
    expect(taken).toMatchObject({ leaseToken: 'theirs', lostLeases: 1, dueAt: T0 + MINUTE });
  });

  test.for<[string, boolean, Partial<StoredMessage>]>([
    ['a holder without a journal lost', true, { leaseJournals: false }],
    ['a journaling holder had begun', true, { leaseJournals: true, begunAt: T0 }],
    ['a journaling holder had not begun', false, { leaseJournals: true }],
    ['was in doubt before', true, { leaseJournals: true, inDoubt: true }],
  ])('leaves what %s in doubt: %s', ([, doubt, overrides]) => {
    expect(claim(held(overrides), aClaim({ leaseToken: 'next' }))).toMatchObject({
      inDoubt: doubt,
      begunAt: null,
    });
  });

  test('keeps the attempt that was journaled and never settled', () => {
    const begun = beginAttempt(claim(aStored(), aClaim({ journals: true })), T0);
    expect(claim(begun, aClaim({ leaseToken: 'next' }))).toMatchObject({ attempts: 1, begunAt: null });
  });

  test('leaves a document of another service without a due time of its own', () => {
    expect(claim(aForeignDocument('id'), aClaim())).toMatchObject({ dueAt: null, availableAt: T0 + MINUTE });
  });
});

describe('beginAttempt', () => {
  test('counts the attempt, once', () => {
    const begun = beginAttempt(held(), T0 + 5);
    expect(begun).toMatchObject({ begunAt: T0 + 5, attempts: 1 });
    expect(beginAttempt(begun, T0 + 9)).toEqual(begun);
  });
});

describe('extendLease', () => {
  test('moves the end of the lease on, and nothing else', () => {
    const later = T0 + 2 * MINUTE;
    expect(extendLease(held(), later)).toEqual(held({ leasedUntil: later, availableAt: later }));
  });

  test('never moves it back: an extension that was given up may arrive after its repetition', () => {
    expect(extendLease(held(), T0 + 9)).toEqual(held());
  });
});

describe('release', () => {
  test('makes a message as it was before the lease', () => {
    const before = aStored({ attempts: 2, lostLeases: 1, inDoubt: true });
    const journaled = beginAttempt(claim(before, aClaim({ journals: true })), T0);
    expect(release(journaled)).toEqual(before);
    expect(release(claim(before, aClaim()))).toEqual(before);
  });

  test('gives a document of another service back to its own stream', () => {
    const document = aForeignDocument('id');
    expect(release(claim(document, aClaim()))).toEqual(document);
  });
});

describe('settle', () => {
  const base = { id: 'id', settledAt: T0 + 7 };

  test('ack makes it sent, with the time and the receiver’s id', () => {
    const attempt = anAttempt({ outcome: 'accepted', reason: null });
    const settled = settle(held({ inDoubt: true, reason: 'timeout' }), 'ours', {
      ...base,
      kind: 'ack',
      sentAt: T0 + 6,
      webhookMessageId: 'w',
      attempt,
    });
    expect(settled).toMatchObject({
      status: 'sent',
      sentAt: T0 + 6,
      webhookMessageId: 'w',
      settledAt: T0 + 7,
      availableAt: null,
      leaseToken: null,
      leasedUntil: null,
      settledBy: 'ours',
      inDoubt: false,
      reason: null,
      attempts: 1,
      history: [attempt],
    });
  });

  test('nack leaves it unsent, queued at its own time', () => {
    const settled = settle(held(), 'ours', {
      kind: 'nack',
      id: 'id',
      availableAt: T0 + 99,
      inDoubt: true,
      reason: 'timeout',
      attempt: anAttempt({ outcome: 'ambiguous' }),
    });
    expect(settled).toMatchObject({
      status: 'unsent',
      availableAt: T0 + 99,
      dueAt: T0 + 99,
      inDoubt: true,
      reason: 'timeout',
      leaseToken: null,
      settledAt: null,
      attempts: 1,
    });
  });

  test.for([
    ['deadLetter', 'failed', false],
    ['hold', 'unknown', true],
  ] as const)('%s makes it %s', ([kind, status, inDoubt]) => {
    expect(settle(held(), 'ours', { ...base, kind, reason: 'why', attempt: null })).toMatchObject({
      status,
      inDoubt,
      reason: 'why',
      availableAt: null,
      settledAt: T0 + 7,
      attempts: 0,
    });
  });

  test('counts an attempt once, journaled or not, and takes a journaled one back that was not made', () => {
    const journaled = beginAttempt(held(), T0);
    const dead = { ...base, kind: 'deadLetter', reason: 'why' } as const;
    expect(settle(journaled, 'ours', { ...dead, attempt: anAttempt() }).attempts).toBe(1);
    expect(settle(held(), 'ours', { ...dead, attempt: anAttempt() }).attempts).toBe(1);
    expect(settle(journaled, 'ours', { ...dead, attempt: null })).toMatchObject({ attempts: 0, history: [] });
  });

  test('keeps the last twenty attempts', () => {
    let attempts = [anAttempt({ attempt: 0 })] as readonly ReturnType<typeof anAttempt>[];
    for (let attempt = 1; attempt <= 30; attempt += 1)
      attempts = appendAttempt(attempts, anAttempt({ attempt }));
    expect(attempts).toHaveLength(KEPT_ATTEMPTS);
    expect(attempts.map((one) => one.attempt)).toEqual(Array.from({ length: 20 }, (_, index) => index + 11));
  });
});
