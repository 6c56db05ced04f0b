import type { Message, MessageStatus } from '@messaging-system/core';
import { type AttemptResponse, type DeliveryAttempt, MESSAGE_STATUSES } from '@messaging-system/core/adapter';
import * as v from 'valibot';
import { countSchema, described } from '../json/fields.ts';
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

const textsSchema: v.GenericSchema<Readonly<Record<string, string>>> = v.record(v.string(), v.string());

const responseSchema: v.GenericSchema<AttemptResponse> = v.strictObject({
  status: v.number(),
  headers: described(textsSchema, 'A few; names in lower case.'),
  body: described(v.string(), 'Its first kB.'),
});

export const attemptSchema: v.GenericSchema<AttemptJson> = v.strictObject({
  attempt: described(
    v.number(),
    '1-based; starts again at 1 after a redrive. The attempt after an uncounted one has the same number.',
  ),
  startedAt: instantTextSchema,
  durationMs: v.number(),
  outcome: v.picklist(['accepted', 'retryable', 'permanent', 'ambiguous']),
  reason: described(v.nullable(v.string()), 'A short stable word; null when accepted.'),
  uncounted: described(
    v.exactOptional(v.literal(true)),
    'The request was made but does not count against the limit: the receiver was down, or asked to wait. Absent otherwise.',
  ),
  response: described(
    v.exactOptional(responseSchema),
    'The response of the receiver, if it was kept: at most the last six attempts have one. Absent otherwise.',
  ),
});

/** The fields of a message as JSON. Fields that are not named here do not get out, whatever else a repository keeps. */
const FIELDS: { readonly [Name in keyof MessageJson]-?: v.GenericSchema<Required<MessageJson>[Name]> } = {
  id: v.string(),
  phoneNumber: v.string(),
  content: v.string(),
  status: statusSchema,
  webhookMessageId: described(v.nullable(v.string()), "The receiver's own id, when it gave one."),
  sentAt: described(instantTextSchema, 'When the receiver accepted it.'),
  createdAt: described(instantTextSchema, 'Null for documents that another service wrote.'),
  sendAt: described(instantTextSchema, 'Not sent before.'),
  expiresAt: described(instantTextSchema, 'Not sent from then on.'),
  idempotencyKey: v.nullable(v.string()),
  dueAt: described(instantTextSchema, 'Its place in the queue.'),
  availableAt: described(instantTextSchema, 'Due from then on; while leased, the end of the lease.'),
  leasedUntil: described(instantTextSchema, 'Null when it is not leased.'),
  settledAt: described(instantTextSchema, 'When it reached its present final status.'),
  attempts: described(
    countSchema,
    'How many attempts count against the limit; starts again after a redrive.',
  ),
  lostLeases: described(countSchema, 'How often a process lost it under way.'),
  reason: described(
    v.nullable(v.string()),
    'Why it is failed or unknown, or was put off; a short stable word.',
  ),
  history: described(v.array(attemptSchema), 'The last 20 attempts, oldest first.'),
  traceparent: described(
    v.nullable(v.string()),
    'The W3C trace context that it was enqueued in; its deliveries belong to that trace.',
  ),
  metadata: described(textsSchema, 'Names and values that the caller gave. Absent if there are none.'),
};

/** The labels of fields, in the order in which they are shown; a field without one is for programs alone. */
export const MESSAGE_LABELS: Readonly<Partial<Record<keyof MessageJson, string>>> = {
  id: 'id',
  status: 'status',
  reason: 'reason',
  phoneNumber: 'phone number',
  content: 'content',
  idempotencyKey: 'idempotency key',
  createdAt: 'created',
  sendAt: 'send at',
  expiresAt: 'expires at',
  availableAt: 'due from',
  leasedUntil: 'leased until',
  settledAt: 'settled',
  sentAt: 'sent',
  webhookMessageId: "receiver's id",
  attempts: 'attempts',
  lostLeases: 'lost leases',
};

/** The columns of an export. New ones come last, for those who read columns by their position. */
export const MESSAGE_COLUMNS: readonly Exclude<keyof MessageJson, 'history' | 'metadata'>[] = [
  'id',
  'phoneNumber',
  'content',
  'status',
  'reason',
  'attempts',
  'createdAt',
  'sendAt',
  'expiresAt',
  'sentAt',
  'settledAt',
  'webhookMessageId',
  'idempotencyKey',
];

export const messageSchema: v.GenericSchema<MessageJson> = v.strictObject({
  ...FIELDS,
  metadata: v.exactOptional(FIELDS.metadata),
});

export const messagesSchema: v.GenericSchema<readonly MessageJson[]> = v.array(messageSchema);

export const messagePageSchema: v.GenericSchema<MessagePageJson> = v.strictObject({
  items: messagesSchema,
  nextCursor: described(v.nullable(v.string()), 'Null on the last page.'),
});

// `FIELDS` has exactly these keys; `keys` alone cannot tell.
const NAMES = Object.keys(FIELDS) as (keyof MessageJson)[];

/** Whether the field is an instant, by its name, as the type of `MessageJson` has it. */
export function isInstantField(name: string): name is InstantField {
  return /(?:At|Until)$/.test(name);
}

export function messageJson(message: Message): MessageJson {
  const fields = NAMES.flatMap((name) => {
    const value = fieldJson(message, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  // Each of the fields is there unless it is optional, and is what its schema says.
  return Object.fromEntries(fields) as unknown as MessageJson;
}

function fieldJson(message: Message, name: keyof MessageJson): unknown {
  if (isInstantField(name)) return formatInstant(message[name]);
  return name === 'history' ? message.history.map(attemptJson) : message[name];
}

function attemptJson(attempt: DeliveryAttempt): AttemptJson {
  return {
    attempt: attempt.attempt,
    startedAt: formatInstant(attempt.startedAt),
    durationMs: attempt.durationMs,
    outcome: attempt.outcome,
    reason: attempt.reason,
    ...(attempt.uncounted === true ? { uncounted: true } : {}),
    ...(attempt.response === undefined ? {} : { response: attempt.response }),
  };
}
