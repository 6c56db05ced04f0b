import type { MessagingEvent } from '@messaging-system/core';
import type { Settlement } from '@messaging-system/core/adapter';
import { formatInstant } from '../json/instant.ts';

/** An event as JSON: `type`, `at`, and what the type has besides. */
export type EventJson = { readonly type: MessagingEvent['type']; readonly at: string | null } & Readonly<
  Record<string, unknown>
>;

// A whole batch of ids tells a reader no more than its beginning and its count.
const SHOWN_IDS = 100;

/** Named field by field. Phone numbers, contents and the texts of errors, which may name addresses, are left out. */
export function eventJson(event: MessagingEvent): EventJson {
  return { type: event.type, at: formatInstant(event.at), ...fieldsOf(event) };
}

function fieldsOf(event: MessagingEvent): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'dispatcher.started':
    case 'dispatcher.stopped':
    case 'breaker.closed':
    case 'claiming.resumed':
      return {};
    case 'dispatcher.failed':
      return {
        during: event.during,
        error: event.error instanceof Error ? event.error.name : typeof event.error,
      };
    case 'dispatcher.draining':
      return { inFlight: event.inFlight };
    case 'batch.claimed':
      return { count: event.count, interrupted: event.interrupted, durationMs: event.durationMs };
    case 'batch.settled':
      return { count: event.count, durationMs: event.durationMs };
    case 'attempt.started':
      return { messageId: event.message.id, attempt: event.attempt };
    case 'attempt.finished':
      return {
        messageId: event.message.id,
        attempt: event.attempt,
        outcome: event.outcome.kind,
        reason: 'reason' in event.outcome ? event.outcome.reason : null,
        durationMs: event.durationMs,
      };
    case 'message.settled':
      return {
        messageId: event.message.id,
        ...fate(event.settlement, event.recalled),
        outcome: event.settlement.attempt?.outcome ?? null,
      };
    case 'messages.released':
      return ids(event.ids, event.ids.length);
    case 'lease.lost':
      return { during: event.during, ...ids(event.ids, event.ids.length) };
    case 'store.unavailable':
    case 'store.recovered':
    case 'sent_cache.unavailable':
      return { operation: event.operation };
    case 'reconciler.unavailable':
      return { messageId: event.id };
    case 'clock.skewed':
      return { offsetMs: event.offsetMs };
    case 'breaker.opened':
    case 'claiming.paused':
      return { reason: event.reason, until: formatInstant(event.until) };
    case 'messages.enqueued':
    case 'messages.cancelled':
    case 'messages.redriven':
    case 'messages.erased':
    case 'messages.pruned':
      return ids(event.ids, event.count);
  }
}

function fate(settlement: Settlement, recalled: boolean): Readonly<Record<string, unknown>> {
  switch (settlement.kind) {
    case 'ack':
      return { status: 'sent', recalled, webhookMessageId: settlement.webhookMessageId };
    case 'nack':
      return {
        status: 'unsent',
        reason: settlement.reason,
        inDoubt: settlement.inDoubt,
        nextAttemptAt: formatInstant(settlement.availableAt),
      };
    case 'deadLetter':
      return { status: 'failed', reason: settlement.reason };
    case 'hold':
      return { status: 'unknown', reason: settlement.reason };
  }
}

function ids(all: readonly string[], count: number): Readonly<Record<string, unknown>> {
  return { count, messageIds: all.slice(0, SHOWN_IDS) };
}
