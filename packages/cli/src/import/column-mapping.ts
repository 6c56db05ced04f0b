import { ENQUEUE_FIELDS, type EnqueueJson } from '@messaging-system/http-hono';
import { CommandError } from '../command-error.ts';
import { ExitCode } from '../exit-code.ts';
import type { SourceRecord } from './source-record.ts';

type PlainField = Exclude<keyof EnqueueJson, 'metadata'>;

/** A field of a message, or an entry of its metadata. */
export type Field = PlainField | MetadataField;

type MetadataField = `metadata.${string}`;

export const FIELDS: readonly PlainField[] = ENQUEUE_FIELDS.filter((field) => field !== 'metadata');

/** The entries in one object, as an export in NDJSON has them. */
export const METADATA = 'metadata';

const REQUIRED: readonly Field[] = ['phoneNumber', 'content'];

/** Which column each field is read from. */
export type ColumnMapping = Readonly<Partial<Record<Field, string>>>;

/**
 * The mapped columns, and for the other fields the columns of their name, in any spelling: `Phone number` and `phone_number` are `phoneNumber`.
 * @throws CommandError naming every column that is missing
 */
export function columnMapping(
  columns: readonly string[] | null,
  said: ReadonlyMap<Field, string>,
  content: ContentTemplate | null,
): ColumnMapping {
  // Records without a header may differ: the other names are looked for in each of them.
  if (columns === null) return Object.fromEntries(said);
  const missing = [...said].filter(([, column]) => !columns.includes(column));
  const mapping: Partial<Record<Field, string>> = {};
  for (const field of new Set([...FIELDS, ...said.keys(), ...columns.flatMap(metadataField)])) {
    const column = said.get(field) ?? columns.find((name) => fieldOfName(name) === field);
    if (column !== undefined) mapping[field] = column;
  }
  const unfound = REQUIRED.filter(
    (field) => mapping[field] === undefined && !(content !== null && field === 'content'),
  );
  const filling = (content?.names ?? []).map((name) => ({ name, column: columnFor(name, columns) }));
  const used = new Set([...Object.values(mapping), ...filling.map(({ column }) => column)]);
  // Of columns that nobody reads any number may have the same name.
  const repeated = columns.filter(
    (name, index) => (used.has(name) || isStatus(name)) && columns.indexOf(name) !== index,
  );
  const problems = [
    ...new Set(repeated.map((name) => `the column "${name}" is there twice`)),
    ...filling
      .filter(({ column }) => column === null)
      .map(({ name }) => `there is no column "${name}" for {{${name}}} of --content`),
    ...missing.map(([field, column]) => `there is no column "${column}" for ${field}`),
    ...unfound.map((field) => `there is no column for ${field}: name it with --map ${field}=COLUMN`),
  ];
  if (problems.length === 0) return mapping;
  throw new CommandError(
    ExitCode.DATA,
    'columns',
    `${problems.join('; ')}. The columns are: ${columns.join(' | ')}${otherDelimiter(columns)}${noHeader(columns)}`,
  );
}

/** The field that a name stands for, however it is written; null when it is none. */
export function fieldOfName(name: string): Field | null {
  const written = bare(name);
  const [entry] = metadataField(name);
  return entry ?? FIELDS.find((field) => bare(field) === written) ?? null;
}

/** None, or the one that the name stands for. Names of entries are as they are written. */
export function metadataField(name: string): readonly MetadataField[] {
  const entry = /^metadata\.(.+)$/is.exec(name)?.[1];
  return entry === undefined ? [] : [`metadata.${entry}`];
}

/** The name of the entry; null for a field that is none. */
export function entryName(field: Field): string | null {
  return field.startsWith('metadata.') ? field.slice('metadata.'.length) : null;
}

/** The column of this name, else one whose name is only written differently; null when there is none. */
function columnFor(name: string, columns: readonly string[]): string | null {
  return columns.includes(name) ? name : (columns.find((column) => bare(column) === bare(name)) ?? null);
}

/** Whether it names the status of a message, as in exports of this project and of MongoDB. */
export function isStatus(name: string): boolean {
  return bare(name) === 'status';
}

/** Reads `phoneNumber=Mobile`. */
export function parseMapping(text: string): readonly [Field, string] | null {
  const at = text.indexOf('=');
  const field = fieldOfName(text.slice(0, at));
  const column = text.slice(at + 1);
  return at === -1 || field === null || column === '' ? null : [field, column];
}

/** For whoever looks on: which column is what, and which are not looked at. */
export function describeMapping(
  mapping: ColumnMapping,
  content: ContentTemplate | null,
  columns: readonly string[],
): string {
  const used = Object.entries(mapping).map(([field, column]) => `${field} from "${column}"`);
  const ignored = unusedColumns(mapping, content, columns);
  const rest = ignored.length === 0 ? '' : `; not used: ${ignored.map((name) => `"${name}"`).join(', ')}`;
  return `${used.join(', ')}${rest}`;
}

/** The names that nobody reads, each once. A column without a name is none that anybody would miss. */
export function unusedColumns(
  mapping: ColumnMapping,
  content: ContentTemplate | null,
  columns: readonly string[],
): readonly string[] {
  const used = new Set<string | null | undefined>([
    ...Object.values(mapping),
    ...(content?.names ?? []).map((name) => columnFor(name, columns)),
  ]);
  return [...new Set(columns)].filter((name) => name !== '' && !used.has(name) && !isStatus(name));
}

function otherDelimiter(columns: readonly string[]): string {
  const [only] = columns;
  if (columns.length !== 1 || only === undefined) return '';
  const found = [';', '\t', ',', '|'].find((delimiter) => only.includes(delimiter));
  return found === undefined ? '' : `. Try --delimiter '${found === '\t' ? '\\t' : found}'`;
}

function noHeader(columns: readonly string[]): string {
  const isRow = columns.some((name) => /^\+?\d[\d\s()-]{6,}$/.test(name));
  return isRow ? '. If the first line is a row already, say --no-header and --map phoneNumber=1' : '';
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}

/** The text of --content, with the names of the columns that it is filled from. */
export interface ContentTemplate {
  readonly text: string;
  readonly names: readonly string[];
}

// A name in two pairs of braces, which are not part of the name.
const PLACE = /\{\{\s*([^{}\s](?:[^{}]*[^{}\s])?)\s*\}\}/g;

export function contentTemplate(text: string): ContentTemplate {
  const names = [...text.matchAll(PLACE)].flatMap(([, name]) => (name === undefined ? [] : [name]));
  return { text, names: [...new Set(names)] };
}

/** The text for one row: what cells bring is not looked at for places again. */
export function filledContent(
  { text, names }: ContentTemplate,
  values: Readonly<Record<string, unknown>>,
): { readonly content: string } | { readonly problems: readonly string[] } {
  const filling = new Map<string, string>();
  const problems: string[] = [];
  for (const name of names) {
    const column = columnFor(name, Object.keys(values));
    const value = column === null ? null : values[column];
    const isText = typeof value === 'string' || typeof value === 'number';
    const filler = isText ? String(value).trim() : '';
    if (!isText && value !== null && value !== undefined)
      problems.push(`"${column}" is not a text: it cannot fill {{${name}}} of --content`);
    else if (filler === '')
      problems.push(`there is nothing in "${column ?? name}" to fill {{${name}}} of --content with`);
    filling.set(name, filler);
  }
  if (problems.length > 0) return { problems };
  return { content: text.replace(PLACE, (place, name: string) => filling.get(name) ?? place) };
}

// A file whose names are all different has no names.
const MOST_NAMES = 100;

/**
 * The same records. Tells of every field that is not looked at when it is seen for the first time, as the header of CSV does for all of them.
 * @param onUnused gets the name and the line
 */
export async function* noteUnused(
  records: AsyncIterable<SourceRecord>,
  mapping: ColumnMapping,
  content: ContentTemplate | null,
  onUnused: (name: string, line: number) => void,
): AsyncGenerator<SourceRecord> {
  const known = new Set(Object.values(mapping));
  for await (const record of records) {
    yield record;
    if (record.kind !== 'record' || known.size >= MOST_NAMES) continue;
    for (const name of Object.keys(record.values)) {
      if (known.has(name)) continue;
      known.add(name);
      const isFilling = (content?.names ?? []).some((each) => columnFor(each, [name]) !== null);
      if (fieldOfName(name) === null && name !== METADATA && !isStatus(name) && !isFilling)
        onUnused(name, record.line);
    }
  }
}
