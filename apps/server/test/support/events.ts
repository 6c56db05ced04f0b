import { aMessage, anAck } from '@messaging-system/contract-tests';
import { type Message, type MessagingEvent, StoreUnavailableError } from '@messaging-system/core';

export const AT: number = Date.parse('2026-01-02T03:04:05Z');

export const message: Message = aMessage({ phoneNumber: '+905551234512', content: 'the content of it' });

/** One of each type: a new one fails to compile until it is here. */
export const ONE_OF_EACH: { readonly [Type in MessagingEvent['type']]: MessagingEvent } = {
  'dispatcher.started': { type: 'dispatcher.started', at: AT },
  'dispatcher.draining': { type: 'dispatcher.draining', at: AT, inFlight: 2 },
  'dispatcher.stopped': { type: 'dispatcher.stopped', at: AT },
  'batch.claimed': {
    type: 'batch.claimed',
    at: AT,
    count: 1,
    interrupted: 0,
    durationMs: 3,
    ids: [message.id],
  },
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
  'dispatcher.failed': {
    type: 'dispatcher.failed',
    at: AT,
    during: 'send',
    error: new TypeError('x is not a function'),
  },
  'claiming.resumed': { type: 'claiming.resumed', at: AT },
  'claiming.paused': { type: 'claiming.paused', at: AT, until: AT + 60_000, reason: 'http_429' },
  'messages.enqueued': { type: 'messages.enqueued', at: AT, count: 1, ids: [message.id] },
  'messages.cancelled': { type: 'messages.cancelled', at: AT, count: 1, ids: [message.id] },
  'messages.redriven': { type: 'messages.redriven', at: AT, count: 7, ids: [] },
  'messages.erased': { type: 'messages.erased', at: AT, count: 1, ids: [] },
  'messages.pruned': { type: 'messages.pruned', at: AT, count: 1, ids: [] },
};
