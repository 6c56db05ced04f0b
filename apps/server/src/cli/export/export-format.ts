import type { MessageJson } from '@messaging-system/http-hono';
import { stringify } from 'csv-stringify/sync';

export type ExportFormat = 'ndjson' | 'csv';

interface TextFormat {
  /** What comes before the first message. */
  readonly head: string;
  readonly text: (messages: readonly MessageJson[]) => string;
}

// The names of the fields, so that `import` finds its own again.
const COLUMNS = [
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
] as const satisfies readonly (keyof MessageJson)[];

export const EXPORT_FORMATS: Readonly<Record<ExportFormat, TextFormat>> = {
  ndjson: {
    head: '',
    text: (messages) => messages.map((message) => `${JSON.stringify(message)}\n`).join(''),
  },
  csv: {
    head: stringify([[...COLUMNS]]),
    text: (messages) => stringify(messages.map((message) => COLUMNS.map((name) => message[name]))),
  },
};
