import type { EnqueueJson } from '@messaging-system/http-hono';
import { ExitCode } from '../../life-cycle/exit-code.ts';
import { CommandError } from '../command-error.ts';

export type Field = keyof EnqueueJson;

export const FIELDS: readonly Field[] = ['phoneNumber', 'content', 'idempotencyKey', 'sendAt', 'expiresAt'];

const REQUIRED: readonly Field[] = ['phoneNumber', 'content'];

/** Which column each field is read from. */
export type ColumnMapping = Readonly<Partial<Record<Field, string>>>;

/**
 * What was said, and for the other fields the columns of their name, however they are written: `Phone number` and `phone_number` are `phoneNumber`.
 * @throws CommandError naming every column that is missing
 */
export function columnMapping(
  columns: readonly string[] | null,
  said: ReadonlyMap<Field, string>,
  hasContent: boolean,
): ColumnMapping {
  // Records without a header may differ: the other names are looked for in each of them.
  if (columns === null) return Object.fromEntries(said);
  const repeated = columns.filter((name, index) => columns.indexOf(name) !== index);
  const missing = [...said].filter(([, column]) => !columns.includes(column));
  const mapping: Partial<Record<Field, string>> = {};
  for (const field of FIELDS) {
    const column = said.get(field) ?? columns.find((name) => fieldOfName(name) === field);
    if (column !== undefined) mapping[field] = column;
  }
  const unfound = REQUIRED.filter(
    (field) => mapping[field] === undefined && !(hasContent && field === 'content'),
  );
  const problems = [
    ...repeated.map((name) => `the column "${name}" is there twice`),
    ...missing.map(([field, column]) => `there is no column "${column}" for ${field}`),
    ...unfound.map((field) => `there is no column for ${field}: name it with --map ${field}=COLUMN`),
  ];
  if (problems.length === 0) return mapping;
  throw new CommandError(
    ExitCode.DATA,
    'columns',
    `${problems.join('; ')}. The columns are: ${columns.join(' | ')}${otherDelimiter(columns)}`,
  );
}

/** The field that a name stands for, however it is written; null when it is none. */
export function fieldOfName(name: string): Field | null {
  const written = bare(name);
  return FIELDS.find((field) => bare(field) === written) ?? null;
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
export function describeMapping(mapping: ColumnMapping, columns: readonly string[]): string {
  const used = FIELDS.flatMap((field) =>
    mapping[field] === undefined ? [] : [`${field} from "${mapping[field]}"`],
  );
  const ignored = unusedColumns(mapping, columns);
  const rest = ignored.length === 0 ? '' : `; not used: ${ignored.map((name) => `"${name}"`).join(', ')}`;
  return `${used.join(', ')}${rest}`;
}

export function unusedColumns(mapping: ColumnMapping, columns: readonly string[]): readonly string[] {
  return columns.filter((name) => !Object.values(mapping).includes(name) && !isStatus(name));
}

function otherDelimiter(columns: readonly string[]): string {
  const [only] = columns;
  if (columns.length !== 1 || only === undefined) return '';
  const found = [';', '\t', ',', '|'].find((delimiter) => only.includes(delimiter));
  return found === undefined ? '' : `. Try --delimiter '${found === '\t' ? '\\t' : found}'`;
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}
