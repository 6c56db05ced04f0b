import { createHash } from 'node:crypto';
import type { ColumnMapping } from './column-mapping.ts';
import { FIELDS } from './column-mapping.ts';
import type { ReadRecord, SourceRecord } from './source-record.ts';

/** A message to be, as the API is given it. What is wrong with its values the API says. */
export interface ImportRow {
  readonly line: number;
  readonly values: ReadRecord['values'];
  readonly request: Readonly<Record<string, unknown>>;
}

/** What was not stored, and why. */
export interface Reject {
  readonly line: number;
  readonly lastLine: number;
  readonly problems: readonly string[];
  /** Null: it could not be read as a record; then there is its text. */
  readonly values: ReadRecord['values'] | null;
  readonly text: string | null;
}

export interface RowRules {
  readonly mapping: ColumnMapping;
  /** The text of rows that have none of their own. */
  readonly content: string | null;
  /** Whether a key is read from the file; else each row gets one by its place and what it says. */
  readonly hasKey: boolean;
  /** What tells this file from another one with the same rows. */
  readonly source: string;
  /** Cells of CSV are texts: around all but the content, spaces mean nothing, and an empty one is none. */
  readonly isCsv: boolean;
}

export function importRow(
  record: SourceRecord,
  rules: RowRules,
): { readonly row: ImportRow } | { readonly reject: Reject } {
  if (record.kind === 'unreadable') {
    const { line, lastLine, problem, text } = record;
    return { reject: { line, lastLine, problems: [problem], values: null, text } };
  }
  const request: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const value = fieldOf(record, rules, field);
    if (value !== undefined) request[field] = value;
  }
  const { line, values } = record;
  if (rules.hasKey && request.idempotencyKey === undefined) {
    const problem = 'idempotencyKey is empty: without it the row could be sent twice';
    return { reject: { line, lastLine: line, problems: [problem], values, text: null } };
  }
  request.idempotencyKey ??= keyOfPlace(rules.source, record.number, request);
  return { row: { line, values, request } };
}

function fieldOf(
  record: ReadRecord,
  { mapping, content, isCsv }: RowRules,
  field: (typeof FIELDS)[number],
): unknown {
  const column = mapping[field];
  const found = column === undefined ? undefined : record.values[column];
  const read = isCsv && typeof found === 'string' && field !== 'content' ? found.trim() : found;
  const isNone = read === undefined || read === null || (isCsv && read === '');
  if (!isNone) return read;
  return field === 'content' && content !== null ? content : undefined;
}

/** The same for the same row of the same file, whenever and however often it is read. */
function keyOfPlace(source: string, number: number, request: Readonly<Record<string, unknown>>): string {
  const said = [source, number, request.phoneNumber, request.content, request.sendAt, request.expiresAt];
  return `import:${createHash('sha256').update(JSON.stringify(said)).digest('base64url')}`;
}
