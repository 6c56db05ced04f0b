import type { Message } from '@messaging-system/core';
import type {
  Ack,
  DeadLetter,
  DeliveryAttempt,
  Hold,
  Nack,
  NewMessage,
} from '@messaging-system/core/adapter';

/** The instant that the cases call now: they work with given instants and read no clock. */
export const NOW: number = Date.UTC(2026, 0, 1);

/** When a lease ends that was taken at {@link NOW} and not said otherwise. */
export const LEASE_END: number = NOW + 60_000;

/** The example of W3C Trace Context §3.2.3: a sampled span. */
export const TRACEPARENT: string = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** A caller's message for a store; due at {@link NOW} by default. */
export function aNewMessage(overrides: Partial<NewMessage> = {}): NewMessage {
  return {
    phoneNumber: '+905551111111',
    content: 'Your parcel is on its way',
    idempotencyKey: null,
    sendAt: null,
    expiresAt: null,
    createdAt: NOW,
    traceparent: null,
    ...overrides,
  };
}

/** A message as a sender is given it: unsent, leased, before its first attempt. */
export function aMessage(overrides: Partial<Message> = {}): Message {
  return {
    id: '6955b9000102030405000001',
    phoneNumber: '+905551111111',
    content: 'Your parcel is on its way',
    status: 'unsent',
    webhookMessageId: null,
    sentAt: null,
    createdAt: NOW,
    sendAt: null,
    expiresAt: null,
    idempotencyKey: null,
    dueAt: NOW,
    availableAt: LEASE_END,
    leasedUntil: LEASE_END,
    settledAt: null,
    attempts: 0,
    lostLeases: 0,
    reason: null,
    history: [],
    traceparent: null,
    ...overrides,
  };
}

/** An attempt that was accepted. */
export function anAttempt(overrides: Partial<DeliveryAttempt> = {}): DeliveryAttempt {
  return {
    attempt: 1,
    startedAt: NOW + 10,
    durationMs: 25,
    outcome: 'accepted',
    reason: null,
    ...overrides,
  };
}

export function anAck(id: string, overrides: Partial<Omit<Ack, 'kind' | 'id'>> = {}): Ack {
  return {
    kind: 'ack',
    id,
    attempt: anAttempt(),
    sentAt: NOW + 35,
    webhookMessageId: 'receiver-id-1',
    settledAt: NOW + 40,
    ...overrides,
  };
}

/** Due again five minutes after {@link NOW}. */
export function aNack(id: string, overrides: Partial<Omit<Nack, 'kind' | 'id'>> = {}): Nack {
  return {
    kind: 'nack',
    id,
    attempt: anAttempt({ outcome: 'retryable', reason: 'http_500' }),
    availableAt: NOW + 300_000,
    inDoubt: false,
    reason: 'http_500',
    ...overrides,
  };
}

export function aDeadLetter(
  id: string,
  overrides: Partial<Omit<DeadLetter, 'kind' | 'id'>> = {},
): DeadLetter {
  return {
    kind: 'deadLetter',
    id,
    attempt: anAttempt({ outcome: 'permanent', reason: 'http_400' }),
    reason: 'http_400',
    settledAt: NOW + 40,
    ...overrides,
  };
}

export function aHold(id: string, overrides: Partial<Omit<Hold, 'kind' | 'id'>> = {}): Hold {
  return {
    kind: 'hold',
    id,
    attempt: anAttempt({ outcome: 'ambiguous', reason: 'timeout' }),
    reason: 'timeout',
    settledAt: NOW + 40,
    ...overrides,
  };
}
