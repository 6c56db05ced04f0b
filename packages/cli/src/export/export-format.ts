import { MESSAGE_COLUMNS, type MessageJson } from '@messaging-system/http-hono';
import { stringify } from 'csv-stringify/sync';
import { neutralisedCell } from '../csv/formula-cell.ts';

export type ExportFormat = 'ndjson' | 'csv';

interface TextFormat {
  /** The text before the first message. Without its mark a spreadsheet takes UTF-8 for another encoding. */
  readonly head: (isRaw: boolean) => string;
  /** `isRaw`: CSV is written for programs, with cells as they are, also those that a spreadsheet would compute. */
  readonly text: (messages: readonly MessageJson[], isRaw: boolean) => string;
}

const BYTE_ORDER_MARK = '\uFEFF';

export const EXPORT_FORMATS: Readonly<Record<ExportFormat, TextFormat>> = {
  ndjson: {
    head: () => '',
    text: (messages) => messages.map((message) => `${JSON.stringify(message)}\n`).join(''),
  },
  csv: {
    head: (isRaw) => `${isRaw ? '' : BYTE_ORDER_MARK}${stringify([[...MESSAGE_COLUMNS]])}`,
    text: (messages, isRaw) =>
      stringify(messages.map((message) => MESSAGE_COLUMNS.map((name) => cell(message[name], isRaw)))),
  },
};

function cell<Value>(value: Value, isRaw: boolean): Value | string {
  return typeof value === 'string' && !isRaw ? neutralisedCell(value) : value;
}
