import { createHash } from 'node:crypto';
import { shortened } from '../text.ts';
import {
  type ColumnMapping,
  type ContentTemplate,
  entryName,
  FIELDS,
  type Field,
  fieldOfName,
  filledContent,
  isStatus,
  METADATA,
  metadataField,
} from './column-mapping.ts';
import { type CountryCode, readPhoneNumber } from './phone-number.ts';
import type { ReadRecord, SourceRecord } from './source-record.ts';

/** A message to be, as the API is given it. The API finds the problems of its values. */
export interface ImportRow {
  readonly line: number;
  readonly values: ReadRecord['values'];
  readonly cells?: ReadRecord['cells'];
  readonly request: Readonly<Record<string, unknown>>;
}

/** A row that was not stored, and why. */
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
   * The scope of a key in the file: everything that is ever stored, or only the source of `keys`. `none`: a
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
  const metadata: [string, unknown][] = [];
  for (const field of new Set([...FIELDS, ...columns.keys()])) {
    const [column, other] = columns.get(field) ?? [];
    if (other !== undefined) problems.push(`${field} is there twice, as "${column}" and "${other}"`);
    const value = cellOf(record, rules, field, column);
    const entry = entryName(field);
    if (value === undefined) continue;
    if (entry === null) request[field] = value;
    else metadata.push([entry, value]);
  }
  const given = rules.isCsv ? undefined : values[METADATA];
  // The API refuses anything that is not an object.
  if (typeof given === 'object' && given !== null && !Array.isArray(given))
    metadata.unshift(...Object.entries(given));
  else if (given !== undefined && given !== null) request.metadata = given;
  if (metadata.length > 0) request.metadata = Object.fromEntries(metadata);
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
  for (const field of [...FIELDS, ...Object.keys(mapping).flatMap(metadataField)]) {
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

/**
 * The keys of the rows of one source. Rows that have no key of their own get one: by what a row says, and which of the rows that say the same it is. So it stays the same when other rows of the
 * file are corrected, removed or put in between, and a row that was stored is not stored again. Remembers a few dozen bytes for each different row.
 */
export class RowKeys {
  /** Distinguishes this file from another one with the same rows. */
  readonly source: string;
  // Several, since one map holds no more than 16 million; by the first byte of the digest.
  readonly #seen = Array.from({ length: 256 }, () => new Map<number, number>());

  constructor(source: string) {
    this.source = source;
  }

  /** Of the row that has this value where only one of the source may have it. No two sources share such a key. */
  inSource(value: string): string {
    return `${this.source.replace(/[%:]/g, encodeURIComponent)}:${value}`;
  }

  /** Of the next row of the file that has none. */
  next({ phoneNumber, content, sendAt, expiresAt, metadata }: Readonly<Record<string, unknown>>): string {
    const also = metadata === undefined ? [] : [metadata];
    const said = digestOf([this.source, phoneNumber, content, sendAt, expiresAt, ...also]);
    const seen = this.#seen[said.readUInt8(0)];
    // 48 bits of the rest: two rows that share them only count together.
    const short = said.readUIntBE(1, 6);
    const nth = (seen?.get(short) ?? 0) + 1;
    seen?.set(short, nth);
    return `import:${digestOf([said.toString('base64url'), nth]).toString('base64url')}`;
  }
}

function digestOf(said: readonly unknown[]): Buffer {
  return createHash('sha256').update(JSON.stringify(said)).digest();
}

/**
 * A value as `mongoexport` writes it: `{"$oid": …}`, `{"$date": …}` and numbers become the text or the number that they stand for. Everything else stays as
 * it is.
 * @see https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/
 */
function plainValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return value;
  const [type, inner]: [string, unknown] = entry;
  switch (type) {
    case '$oid':
      return inner;
    case '$date':
      return dateOf(inner) ?? value;
    case '$numberInt':
    case '$numberLong':
    case '$numberDouble':
      return Number(inner);
    default:
      return value;
  }
}

/** RFC 3339; null for an invalid date. */
function dateOf(inner: unknown): string | null {
  const given = plainValue(inner);
  if (typeof given !== 'string' && typeof given !== 'number') return null;
  const at = new Date(given);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
