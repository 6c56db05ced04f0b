import {
  type DeliveryAttempt,
  MESSAGE_STATUSES,
  type Message,
  type MessageStatus,
} from '@messaging-system/core';
import * as v from 'valibot';
import { instantTextSchema } from './instant.ts';

/** A delivery attempt as JSON. */
export interface AttemptJson {
  readonly attempt: number;
  readonly startedAt: string | null;
  readonly durationMs: number;
  readonly outcome: DeliveryAttempt['outcome'];
  readonly reason: string | null;
  /** Only there when the attempt does not count. */
  readonly uncounted?: true;
}

type InstantField = Extract<keyof Message, `${string}At` | `${string}Until`>;

/** A message as JSON: core's, with every instant as RFC 3339 text. */
export type MessageJson = Omit<Message, InstantField | 'history'> &
  Readonly<Record<InstantField, string | null>> & { readonly history: readonly AttemptJson[] };

export interface MessagePageJson {
  readonly items: readonly MessageJson[];
  readonly nextCursor: string | null;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const instant = v.nullable(instantTextSchema);

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
  startedAt: instant,
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
  sentAt: v.pipe(instant, v.description('When the receiver accepted it.')),
  createdAt: v.pipe(instant, v.description('Null for documents that another service wrote.')),
  sendAt: v.pipe(instant, v.description('Not sent before.')),
  expiresAt: v.pipe(instant, v.description('Not sent from then on.')),
  idempotencyKey: v.nullable(v.string()),
  dueAt: v.pipe(instant, v.description('Its place in the queue.')),
  availableAt: v.pipe(instant, v.description('Due from then on; while leased, the end of the lease.')),
  leasedUntil: v.pipe(instant, v.description('Null when it is not leased.')),
  settledAt: v.pipe(instant, v.description('When it reached its present final status.')),
  attempts: v.pipe(
    count,
    v.description('How many attempts count against the limit; starts again after a redrive.'),
  ),
  lostLeases: v.pipe(count, v.description('How often a process lost it under way.')),
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
