import { describe, expect, test } from 'vitest';
import {
  beginAttempt,
  claim,
  type DeliveryAttempt,
  extendLease,
  isDue,
  isHeldBy,
  KEPT_ATTEMPTS,
  type Lease,
  type LeasedMessage,
  release,
  settle,
  storedFrom,
  storedMessage,
} from '../src/adapter.ts';
import { appendAttempt } from '../src/message/delivery-attempt.ts';
import {
  aClaim,
  aForeignDocument,
  aNewMessage,
  anAttempt,
  aStored,
  MINUTE,
  type StoredView,
  T0,
} from './support/builders.ts';

type Overrides = Partial<Omit<LeasedMessage, 'lease' | 'message'>> & {
  readonly lease?: Partial<Lease>;
  readonly message?: Partial<LeasedMessage['message']>;
};

const held = ({ message, lease, ...kept }: Overrides = {}): LeasedMessage => {
  const leased = claim(aStored(), aClaim());
  return {
    ...leased,
    ...kept,
    message: { ...leased.message, ...message },
    lease: { ...leased.lease, ...lease },
  };
};

describe('storedFrom', () => {
  test('makes an unsent message that is due when it was created, or when it asks to be sent', () => {
    expect(storedFrom('id', aNewMessage()).message).toMatchObject({
      status: 'unsent',
      dueAt: T0,
      availableAt: T0,
    });
    expect(storedFrom('id', aNewMessage({ sendAt: T0 + 5 })).message).toMatchObject({
      sendAt: T0 + 5,
      dueAt: T0 + 5,
      availableAt: T0 + 5,
    });
  });

  test('keeps out of the message what only the store needs', () => {
    const { message } = held();
    for (const secret of ['lease', 'token', 'journals', 'begunAt', 'inDoubt', 'settledBy']) {
      expect(message).not.toHaveProperty(secret);
    }
    expect(message).toMatchObject({ leasedUntil: T0 + MINUTE, status: 'unsent' });
  });
});

describe('storedMessage', () => {
  test('drops the lease that another service left on what it marked as sent', () => {
    const { message, ...leased } = held();
    const stored = storedMessage({ ...leased, message: { ...message, status: 'sent' } });
    expect(stored).toMatchObject({ message: { status: 'sent', leasedUntil: null }, lease: null });
  });

  test('reads no end of a lease where nobody holds one', () => {
    const { message } = held();
    const stored = storedMessage({ message, lease: null, inDoubt: false, settledBy: null });
    expect(stored.message.leasedUntil).toBeNull();
  });

  test('ends a lease whose end cannot be read where the message is due again', () => {
    const { message, ...leased } = held();
    const stored = storedMessage({ ...leased, message: { ...message, leasedUntil: null } });
    expect(stored).toEqual(held());
  });
});

describe('isDue', () => {
  test.for<[boolean, Partial<StoredView>]>([
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
      message: {
        status: 'unsent',
        leasedUntil: T0 + MINUTE,
        availableAt: T0 + MINUTE,
        dueAt: T0,
        lostLeases: 0,
        attempts: 0,
      },
      lease: { token: 'ours', journals: true, begunAt: null },
      inDoubt: false,
    });
    expect(isHeldBy(claimed, 'ours')).toBe(true);
    expect(isHeldBy(claimed, 'theirs')).toBe(false);
  });

  test('takes over an expired lease, counts it, and queues at its end', () => {
    const taken = claim(held(), aClaim({ leaseToken: 'theirs', leasedUntil: T0 + 3 * MINUTE }));
    expect(taken).toMatchObject({
      lease: { token: 'theirs' },
      message: { lostLeases: 1, dueAt: T0 + MINUTE },
    });
  });

  test.for<[string, boolean, Overrides]>([
    ['a holder without a journal lost', true, { lease: { journals: false } }],
    ['a journaling holder had begun', true, { lease: { journals: true, begunAt: T0 } }],
    ['a journaling holder had not begun', false, { lease: { journals: true } }],
    ['was in doubt before', true, { lease: { journals: true }, inDoubt: true }],
  ])('leaves what %s in doubt: %s', ([, doubt, overrides]) => {
    expect(claim(held(overrides), aClaim({ leaseToken: 'next' }))).toMatchObject({
      inDoubt: doubt,
      lease: { begunAt: null },
    });
  });

  test('keeps the attempt that was journaled and never settled', () => {
    const begun = beginAttempt(claim(aStored(), aClaim({ journals: true })), T0);
    expect(claim(begun, aClaim({ leaseToken: 'next' }))).toMatchObject({
      message: { attempts: 1 },
      lease: { begunAt: null },
    });
  });

  test('leaves a document of another service without a due time of its own', () => {
    expect(claim(aForeignDocument('id'), aClaim()).message).toMatchObject({
      dueAt: null,
      availableAt: T0 + MINUTE,
    });
  });
});

describe('beginAttempt', () => {
  test('counts the attempt, once', () => {
    const begun = beginAttempt(held(), T0 + 5);
    expect(begun).toMatchObject({ lease: { begunAt: T0 + 5 }, message: { attempts: 1 } });
    expect(beginAttempt(begun, T0 + 9)).toEqual(begun);
  });
});

describe('extendLease', () => {
  test('moves the end of the lease on, and nothing else', () => {
    const later = T0 + 2 * MINUTE;
    expect(extendLease(held(), later)).toEqual(held({ message: { leasedUntil: later, availableAt: later } }));
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
    const settled = settle(held({ inDoubt: true, message: { reason: 'timeout' } }), {
      ...base,
      kind: 'ack',
      sentAt: T0 + 6,
      webhookMessageId: 'w',
      attempt,
    });
    expect(settled).toMatchObject({
      message: {
        status: 'sent',
        sentAt: T0 + 6,
        webhookMessageId: 'w',
        settledAt: T0 + 7,
        availableAt: null,
        leasedUntil: null,
        reason: null,
        attempts: 1,
        history: [attempt],
      },
      lease: null,
      settledBy: 'ours',
      inDoubt: false,
    });
  });

  test('nack leaves it unsent, queued at its own time', () => {
    const settled = settle(held(), {
      kind: 'nack',
      id: 'id',
      availableAt: T0 + 99,
      inDoubt: true,
      reason: 'timeout',
      attempt: anAttempt({ outcome: 'ambiguous' }),
    });
    expect(settled).toMatchObject({
      message: {
        status: 'unsent',
        availableAt: T0 + 99,
        dueAt: T0 + 99,
        reason: 'timeout',
        settledAt: null,
        attempts: 1,
      },
      inDoubt: true,
      lease: null,
    });
  });

  test.for([
    ['deadLetter', 'failed', false],
    ['hold', 'unknown', true],
  ] as const)('%s makes it %s', ([kind, status, inDoubt]) => {
    expect(settle(held(), { ...base, kind, reason: 'why', attempt: null })).toMatchObject({
      message: { status, reason: 'why', availableAt: null, settledAt: T0 + 7, attempts: 0 },
      inDoubt,
    });
  });

  test('counts an attempt once, journaled or not, and takes a journaled one back that was not made', () => {
    const journaled = beginAttempt(held(), T0);
    const dead = { ...base, kind: 'deadLetter', reason: 'why' } as const;
    expect(settle(journaled, { ...dead, attempt: anAttempt() }).message.attempts).toBe(1);
    expect(settle(held(), { ...dead, attempt: anAttempt() }).message.attempts).toBe(1);
    expect(settle(journaled, { ...dead, attempt: null }).message).toMatchObject({ attempts: 0, history: [] });
  });

  test('keeps the last twenty attempts', () => {
    let attempts = [anAttempt({ attempt: 0 })] as readonly ReturnType<typeof anAttempt>[];
    for (let attempt = 1; attempt <= 30; attempt += 1)
      attempts = appendAttempt(attempts, anAttempt({ attempt }));
    expect(attempts).toHaveLength(KEPT_ATTEMPTS);
    expect(attempts.map((one) => one.attempt)).toEqual(Array.from({ length: 20 }, (_, index) => index + 11));
  });

  test('keeps the responses of the last six attempts, and drops none for an attempt without one', () => {
    const response = { status: 500, headers: {}, body: '' };
    let attempts: readonly DeliveryAttempt[] = [];
    for (let attempt = 1; attempt <= 8; attempt += 1)
      attempts = appendAttempt(attempts, anAttempt({ attempt, response }));
    for (let attempt = 9; attempt <= 12; attempt += 1)
      attempts = appendAttempt(attempts, anAttempt({ attempt }));
    const withResponse = attempts.filter((one) => one.response !== undefined);
    expect(withResponse.map((one) => one.attempt)).toEqual([3, 4, 5, 6, 7, 8]);
    expect(attempts[0]).toEqual(anAttempt({ attempt: 1 }));
  });
});
