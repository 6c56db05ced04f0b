import type { Message, MessageStatus } from '@messaging-system/core';
import { type DeliveryAttempt, MESSAGE_STATUSES } from '@messaging-system/core/adapter';
import * as v from 'valibot';
import { countSchema } from '../json/fields.ts';
import { type AsText, formatInstant, instantTextSchema } from '../json/instant.ts';

/** A delivery attempt as JSON. */
export type AttemptJson = AsText<DeliveryAttempt, 'startedAt'>;

type InstantField = Extract<keyof Message, `${string}At` | `${string}Until`>;

/** A message as JSON: core's, with every instant as RFC 3339 text. */
export type MessageJson = AsText<Omit<Message, 'history'>, InstantField> & {
  readonly history: readonly AttemptJson[];
};

export interface MessagePageJson {
  readonly items: readonly MessageJson[];
  readonly nextCursor: string | null;
}

export const statusSchema: v.GenericSchema<MessageStatus> = v.picklist(
  MESSAGE_STATUSES,
  `must be one of ${MESSAGE_STATUSES.join(', ')}`,
);

export const attemptSchema: v.GenericSchema<AttemptJson> = v.strictObject({
  attempt: v.pipe(
    v.number(),
    v.description(
      '1-based; starts again at 1 after a redrive. The attempt after an uncounted one has the same number.',
    ),
  ),
  startedAt: instantTextSchema,
  durationMs: v.number(),
  outcome: v.picklist(['accepted', 'retryable', 'permanent', 'ambiguous']),
  reason: v.pipe(v.nullable(v.string()), v.description('A short stable word; null when accepted.')),
  uncounted: v.pipe(
    v.exactOptional(v.literal(true)),
    v.description(
      'The request was made but does not count against the limit: the receiver was down, or asked to wait. Absent otherwise.',
    ),
  ),
});

export const messageSchema: v.GenericSchema<MessageJson> = v.strictObject({
  id: v.string(),
  phoneNumber: v.string(),
  content: v.string(),
  status: statusSchema,
  webhookMessageId: v.pipe(v.nullable(v.string()), v.description("The receiver's own id, when it gave one.")),
  sentAt: v.pipe(instantTextSchema, v.description('When the receiver accepted it.')),
  createdAt: v.pipe(instantTextSchema, v.description('Null for documents that another service wrote.')),
  sendAt: v.pipe(instantTextSchema, v.description('Not sent before.')),
  expiresAt: v.pipe(instantTextSchema, v.description('Not sent from then on.')),
  idempotencyKey: v.nullable(v.string()),
  dueAt: v.pipe(instantTextSchema, v.description('Its place in the queue.')),
  availableAt: v.pipe(
    instantTextSchema,
    v.description('Due from then on; while leased, the end of the lease.'),
  ),
  leasedUntil: v.pipe(instantTextSchema, v.description('Null when it is not leased.')),
  settledAt: v.pipe(instantTextSchema, v.description('When it reached its present final status.')),
  attempts: v.pipe(
    countSchema,
    v.description('How many attempts count against the limit; starts again after a redrive.'),
  ),
  lostLeases: v.pipe(countSchema, v.description('How often a process lost it under way.')),
  reason: v.pipe(
    v.nullable(v.string()),
    v.description('Why it is failed or unknown, or was put off; a short stable word.'),
  ),
  history: v.pipe(v.array(attemptSchema), v.description('The last 20 attempts, oldest first.')),
  traceparent: v.pipe(
    v.nullable(v.string()),
    v.description('The W3C trace context that it was enqueued in; its deliveries belong to that trace.'),
  ),
});

export const messagesSchema: v.GenericSchema<readonly MessageJson[]> = v.array(messageSchema);

export const messagePageSchema: v.GenericSchema<MessagePageJson> = v.strictObject({
  items: messagesSchema,
  nextCursor: v.pipe(v.nullable(v.string()), v.description('Null on the last page.')),
});

/** Named field by field, so that nothing a repository keeps besides can get out. */
export function messageJson(message: Message): MessageJson {
  return {
    id: message.id,
    phoneNumber: message.phoneNumber,
    content: message.content,
    status: message.status,
    webhookMessageId: message.webhookMessageId,
    sentAt: formatInstant(message.sentAt),
    createdAt: formatInstant(message.createdAt),
    sendAt: formatInstant(message.sendAt),
    expiresAt: formatInstant(message.expiresAt),
    idempotencyKey: message.idempotencyKey,
    dueAt: formatInstant(message.dueAt),
    availableAt: formatInstant(message.availableAt),
    leasedUntil: formatInstant(message.leasedUntil),
    settledAt: formatInstant(message.settledAt),
    attempts: message.attempts,
    lostLeases: message.lostLeases,
    reason: message.reason,
    history: message.history.map(attemptJson),
    traceparent: message.traceparent,
  };
}

function attemptJson(attempt: DeliveryAttempt): AttemptJson {
  return {
    attempt: attempt.attempt,
    startedAt: formatInstant(attempt.startedAt),
    durationMs: attempt.durationMs,
    outcome: attempt.outcome,
    reason: attempt.reason,
    ...(attempt.uncounted === true ? { uncounted: true } : {}),
  };
}
