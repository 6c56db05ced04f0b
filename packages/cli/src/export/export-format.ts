import { MESSAGE_COLUMNS, type MessageJson } from '@messaging-system/http-hono';
import { stringify } from 'csv-stringify/sync';
import { neutralisedCell } from '../csv/formula-cell.ts';

export type ExportFormat = 'ndjson' | 'csv';

export interface ExportContents {
  /** CSV is written for programs, with cells as they are, also those that a spreadsheet would compute. */
  readonly isRaw: boolean;
  /** The entries of metadata that have a column of CSV. */
  readonly metadata: readonly string[];
  /** Whether NDJSON has what receivers answered. */
  readonly hasResponses: boolean;
}

interface TextFormat {
  /** The text before the first message. Without its mark a spreadsheet takes UTF-8 for another encoding. */
  readonly head: (contents: ExportContents) => string;
  readonly text: (messages: readonly MessageJson[], contents: ExportContents) => string;
}

const BYTE_ORDER_MARK = '\uFEFF';

export const EXPORT_FORMATS: Readonly<Record<ExportFormat, TextFormat>> = {
  ndjson: {
    head: () => '',
    text: (messages, { hasResponses }) =>
      messages
        .map((message) => `${JSON.stringify(hasResponses ? message : withoutResponses(message))}\n`)
        .join(''),
  },
  csv: {
    head: ({ isRaw, metadata }) => {
      const columns = [...MESSAGE_COLUMNS, ...metadata.map((name) => `metadata.${name}`)];
      return `${isRaw ? '' : BYTE_ORDER_MARK}${stringify([columns])}`;
    },
    text: (messages, { isRaw, metadata }) =>
      stringify(
        messages.map((message) => [
          ...MESSAGE_COLUMNS.map((name) => cell(message[name], isRaw)),
          ...metadata.map((name) => cell(entryOf(message, name), isRaw)),
        ]),
      ),
  },
};

/** A response may repeat the phone number and the content, in any form. */
function withoutResponses(message: MessageJson): MessageJson {
  return { ...message, history: message.history.map(({ response: _, ...attempt }) => attempt) };
}

function entryOf({ metadata = {} }: MessageJson, name: string): string | null {
  return Object.hasOwn(metadata, name) ? (metadata[name] ?? null) : null;
}

function cell<Value>(value: Value, isRaw: boolean): Value | string {
  return typeof value === 'string' && !isRaw ? neutralisedCell(value) : value;
}
