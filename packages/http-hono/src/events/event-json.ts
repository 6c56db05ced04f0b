import type { MessagingEvent } from '@messaging-system/core';
import type { Settlement } from '@messaging-system/core/adapter';
import { formatInstant } from '../json/instant.ts';
import { byType } from './by-type.ts';

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

type Fields = Readonly<Record<string, unknown>>;

const nothing = (): Fields => ({});
const operation = ({ operation: failed }: { readonly operation: string }): Fields => ({ operation: failed });
const paused = ({ reason, until }: { readonly reason: string; readonly until: number | null }): Fields => ({
  reason,
  until: formatInstant(until),
});
const named = ({
  ids,
  count = ids.length,
}: {
  readonly ids: readonly string[];
  readonly count?: number;
}): Fields => ({
  count,
  messageIds: ids.slice(0, SHOWN_IDS),
});

const fieldsOf = byType<Fields>({
  'dispatcher.started': nothing,
  'dispatcher.stopped': nothing,
  'dispatcher.failed': ({ during, error }) => ({
    during,
    error: error instanceof Error ? error.name : typeof error,
  }),
  'dispatcher.draining': ({ inFlight }) => ({ inFlight }),
  'batch.claimed': ({ count, interrupted, durationMs }) => ({ count, interrupted, durationMs }),
  'batch.settled': ({ count, durationMs }) => ({ count, durationMs }),
  'attempt.started': ({ message, attempt }) => ({ messageId: message.id, attempt }),
  'attempt.finished': ({ message, attempt, outcome, durationMs }) => ({
    messageId: message.id,
    attempt,
    outcome: outcome.kind,
    reason: 'reason' in outcome ? outcome.reason : null,
    durationMs,
  }),
  'message.settled': ({ message, settlement, recalled }) => ({
    messageId: message.id,
    ...fate(settlement, recalled),
    outcome: settlement.attempt?.outcome ?? null,
  }),
  'messages.released': named,
  'lease.lost': ({ during, ids }) => ({ during, ...named({ ids }) }),
  'store.unavailable': operation,
  'store.recovered': operation,
  'sent_cache.unavailable': operation,
  'reconciler.unavailable': ({ id }) => ({ messageId: id }),
  'clock.skewed': ({ offsetMs }) => ({ offsetMs }),
  'breaker.opened': paused,
  'breaker.closed': nothing,
  'claiming.paused': paused,
  'claiming.resumed': nothing,
  'messages.enqueued': named,
  'messages.cancelled': named,
  'messages.redriven': named,
  'messages.erased': named,
  'messages.pruned': named,
});

function fate(settlement: Settlement, recalled: boolean): Fields {
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
