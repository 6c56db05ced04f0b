import { describe, expect, test } from 'vitest';
import {
  AMBIGUITY_POLICIES,
  type AmbiguityPolicy,
  type ClaimedMessage,
  type SentRecord,
} from '../src/adapter.ts';
import { type TriageDecision, triage } from '../src/dispatch/triage.ts';
import { DEFAULT_MESSAGE_RULES, DEFAULT_RETRY_POLICY } from '../src/index.ts';
import { aClaimed, aMessage, anAttempt, T0 } from './support/builders.ts';

function decide(
  claimed: ClaimedMessage,
  ambiguity: AmbiguityPolicy = 'resend',
  remembered?: SentRecord,
): TriageDecision {
  return triage(
    claimed,
    remembered,
    { ambiguity, retry: DEFAULT_RETRY_POLICY, rules: DEFAULT_MESSAGE_RULES, sendTimeoutMs: 15_000 },
    T0,
  );
}

const settledAs = (kind: string, reason: string): object => ({
  kind: 'settle',
  recalled: false,
  settlement: { kind, reason, settledAt: T0, attempt: null },
});

describe('triage', () => {
  test('sends what may be sent, interrupted or foreign ones too', () => {
    expect(decide(aClaimed())).toEqual({ kind: 'send' });
    expect(decide(aClaimed({ interrupted: true, foreign: true }), 'hold')).toEqual({ kind: 'send' });
  });

  test('acks a remembered delivery under every policy, whatever else is wrong with it', () => {
    const { id } = aMessage();
    const record = { id, webhookMessageId: 'w', sentAt: T0 - 5 };
    for (const policy of AMBIGUITY_POLICIES) {
      const claimed = aClaimed({ inDoubt: true, message: { lostLeases: 99, content: '' } });
      expect(decide(claimed, policy, record)).toEqual({
        kind: 'settle',
        recalled: true,
        settlement: { kind: 'ack', id, webhookMessageId: 'w', sentAt: T0 - 5, settledAt: T0, attempt: null },
      });
    }
  });

  test('does not take a record without an id for a delivery of a foreign message', () => {
    const { id } = aMessage();
    const record = { id, webhookMessageId: null, sentAt: T0 - 5 };
    expect(decide(aClaimed({ foreign: true }), 'resend', record)).toEqual({ kind: 'send' });
    const doubtful = aClaimed({ foreign: true, interrupted: true, inDoubt: true });
    expect(decide(doubtful, 'resend', record)).toEqual({ kind: 'send' });
    expect(decide(doubtful, 'hold', record)).toMatchObject(settledAs('hold', 'outcome_unknown'));
    expect(decide(doubtful, 'reconcile', record)).toEqual({ kind: 'reconcile' });
  });

  test('acks its own message that is remembered without an id', () => {
    const record = { id: aMessage().id, webhookMessageId: null, sentAt: T0 - 5 };
    expect(decide(aClaimed({ interrupted: true }), 'resend', record)).toMatchObject({
      recalled: true,
      settlement: { kind: 'ack', webhookMessageId: null, sentAt: T0 - 5 },
    });
  });

  test.for(AMBIGUITY_POLICIES)('ends five lost leases in unknown (%s)', (policy) => {
    expect(decide(aClaimed({ message: { lostLeases: 5 } }), policy)).toMatchObject(
      settledAs('hold', 'lease_lost_too_often'),
    );
    expect(decide(aClaimed({ message: { lostLeases: 4 } }), policy)).toEqual({ kind: 'send' });
  });

  test('leaves a doubt to the policy of the claimant', () => {
    const claimed = aClaimed({ interrupted: true, inDoubt: true });
    expect(decide(claimed, 'resend')).toEqual({ kind: 'send' });
    expect(decide(claimed, 'hold')).toMatchObject(settledAs('hold', 'outcome_unknown'));
    expect(decide(claimed, 'reconcile')).toEqual({ kind: 'reconcile' });
  });

  test('puts the question off while the attempt may still be under way', () => {
    const doubtful = (startedAt: number): ClaimedMessage =>
      aClaimed({ inDoubt: true, message: { history: [anAttempt({ startedAt, outcome: 'ambiguous' })] } });
    expect(decide(doubtful(T0 - 14_999), 'reconcile')).toMatchObject({
      kind: 'settle',
      settlement: { kind: 'nack', availableAt: T0 + 1, inDoubt: true, attempt: null },
    });
    expect(decide(doubtful(T0), 'reconcile')).toMatchObject({ settlement: { availableAt: T0 + 15_000 } });
    expect(decide(doubtful(T0 - 15_000), 'reconcile')).toEqual({ kind: 'reconcile' });
    // No attempt begins in the future: that is a clock that was wrong.
    expect(decide(doubtful(T0 + 1), 'reconcile')).toEqual({ kind: 'reconcile' });
  });

  test.for([
    ['invalid_phone_number', { phoneNumber: 'x', content: '' }],
    ['invalid_content', { content: '' }],
    ['expired', { expiresAt: T0 }],
    ['attempts_used_up', { attempts: 8 }],
  ] as const)('does not send what is %s: failed, or unknown while it is in doubt', ([reason, message]) => {
    expect(decide(aClaimed({ message }))).toMatchObject(settledAs('deadLetter', reason));
    expect(decide(aClaimed({ message, inDoubt: true }))).toMatchObject(settledAs('hold', reason));
  });

  test('sends what expires a moment later, and the last attempt', () => {
    expect(decide(aClaimed({ message: { expiresAt: T0 + 1, attempts: 7 } }))).toEqual({ kind: 'send' });
  });
});
