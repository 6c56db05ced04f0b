import { shortened } from '../../log/shortened.ts';
import {
  type ColumnMapping,
  type ContentTemplate,
  FIELDS,
  type Field,
  fieldOfName,
  filledContent,
  isStatus,
} from './column-mapping.ts';
import { plainValue } from './extended-json.ts';
import { type CountryCode, readPhoneNumber } from './phone-number.ts';
import type { RowKeys } from './row-keys.ts';
import type { ReadRecord, SourceRecord } from './source-record.ts';

/** A message to be, as the API is given it. What is wrong with its values the API says. */
export interface ImportRow {
  readonly line: number;
  readonly values: ReadRecord['values'];
  readonly cells?: ReadRecord['cells'];
  readonly request: Readonly<Record<string, unknown>>;
}

/** What was not stored, and why. */
export interface Reject {
  readonly line: number;
  readonly lastLine: number;
  readonly problems: readonly string[];
  /** Null: it could not be read as a record; then there is its text. */
  readonly values: ReadRecord['values'] | null;
  /** Of CSV, where it could be read. */
  readonly cells?: ReadRecord['cells'];
  readonly text: string | null;
}

export interface RowRules {
  readonly mapping: ColumnMapping;
  /** The text of rows that have none of their own. */
  readonly content: ContentTemplate | null;
  /**
   * What a key in the file is worth: it counts for everything that is ever stored, or only within the source of `keys`. `none`: a
   * row gets its key by what it says, unless it brings one by itself.
   */
  readonly ownKeys: 'none' | 'everywhere' | 'in-source';
  readonly keys: RowKeys;
  /** Whose numbers may be written in their national form. */
  readonly country: CountryCode | null;
  /** Whether rows are taken whose status says that they were dealt with. */
  readonly takesAnyStatus: boolean;
  /** Cells of CSV are texts: around all but the content, spaces mean nothing, and an empty one is none. */
  readonly isCsv: boolean;
}

const LONGEST_STATUS = 20;

export function importRow(
  record: SourceRecord,
  rules: RowRules,
): { readonly row: ImportRow } | { readonly reject: Reject } {
  if (record.kind === 'unreadable') {
    const { line, lastLine, problem, text } = record;
    return { reject: { line, lastLine, problems: [problem], values: null, text } };
  }
  const { line, values, cells } = record;
  const columns = columnsOf(record, rules);
  const request: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const field of FIELDS) {
    const [column, other] = columns.get(field) ?? [];
    if (other !== undefined) problems.push(`${field} is there twice, as "${column}" and "${other}"`);
    const value = cellOf(record, rules, field, column);
    if (value !== undefined) request[field] = value;
  }
  if (typeof request.phoneNumber === 'string') {
    const read = readPhoneNumber(request.phoneNumber, rules.country);
    if ('problem' in read) problems.push(read.problem);
    else request.phoneNumber = read.phoneNumber;
    // However a number is written, it is the same key.
    if (columns.get('idempotencyKey')?.[0] === columns.get('phoneNumber')?.[0])
      request.idempotencyKey = request.phoneNumber;
  }
  if (request.content === undefined && rules.content !== null) {
    const filled = filledContent(rules.content, values);
    if ('content' in filled) request.content = filled.content;
    else problems.push(...filled.problems);
  }
  if (rules.ownKeys !== 'none' && request.idempotencyKey === undefined)
    problems.push('idempotencyKey is empty: without it the row could be sent twice');
  const status = rules.takesAnyStatus ? null : settledStatus(record, rules);
  if (status !== null)
    problems.push(`its status is ${status}, not unsent: --any-status sends it all the same, perhaps again`);
  if (problems.length > 0) return { reject: { line, lastLine: line, problems, values, cells, text: null } };
  const own = request.idempotencyKey;
  if (own === undefined) request.idempotencyKey = rules.keys.next(request);
  // The API says what is wrong with any other value.
  else if (rules.ownKeys === 'in-source' && (typeof own === 'string' || typeof own === 'number'))
    request.idempotencyKey = rules.keys.inSource(String(own));
  return { row: { line, values, cells, request } };
}

/** Where each field is to be read. A record of NDJSON has names of its own, and may have two for one field. */
function columnsOf(
  { values }: ReadRecord,
  { mapping, isCsv }: RowRules,
): ReadonlyMap<Field, readonly string[]> {
  const columns = new Map<Field, readonly string[]>();
  for (const field of FIELDS) {
    const column = mapping[field];
    if (column !== undefined) columns.set(field, [column]);
  }
  if (isCsv) return columns;
  for (const name of Object.keys(values)) {
    const field = fieldOfName(name);
    if (field === null || mapping[field] !== undefined || Object.values(mapping).includes(name)) continue;
    columns.set(field, [...(columns.get(field) ?? []), name]);
  }
  return columns;
}

/** A status that is not `unsent`; null for that, and where there is none. */
function settledStatus({ values }: ReadRecord, { mapping }: RowRules): string | null {
  for (const [name, value] of Object.entries(values)) {
    if (!isStatus(name) || Object.values(mapping).includes(name)) continue;
    const status = String(value ?? '').trim();
    if (status !== '' && status.toLowerCase() !== 'unsent') return shortened(status, LONGEST_STATUS);
  }
  return null;
}

function cellOf(record: ReadRecord, { isCsv }: RowRules, field: Field, column: string | undefined): unknown {
  const given = column === undefined ? undefined : record.values[column];
  const found = isCsv ? given : plainValue(given);
  const read = isCsv && typeof found === 'string' && field !== 'content' ? found.trim() : found;
  return read === null || (isCsv && read === '') ? undefined : read;
}
