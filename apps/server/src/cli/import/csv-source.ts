import { pipeline, Readable } from 'node:stream';
import { type CsvError, type Info, type Parser, parse } from 'csv-parse';
import { ExitCode } from '../../life-cycle/exit-code.ts';
import { CommandError } from '../command-error.ts';
import { originalCell } from '../csv/formula-cell.ts';
import { EXPORT_COLUMNS } from '../export/export-format.ts';
import { LineEnds } from './line-ends.ts';
import { REJECT_COLUMNS } from './reject-file.ts';
import { KEPT_TEXT, MAX_RECORD_BYTES, type RecordSource, type SourceRecord } from './source-record.ts';

export interface CsvOptions {
  readonly delimiter: string;
  /** No cell has an apostrophe of ours before it. */
  readonly isRaw: boolean;
}

/** What the parser hands out for a record, by its options `info` and `raw`. */
interface Parsed {
  readonly record: readonly string[];
  readonly info: Info;
  readonly raw: string;
}

/** A place where the parser gave a record up. */
interface Skipped {
  readonly afterRecords: number;
  readonly problem: string;
  readonly text: string;
}

/**
 * CSV as RFC 4180 has it, with the names of the columns in its first record; blank lines are passed over. Where a quote is never closed nobody can
 * tell the records apart: everything up to the next one that can be read is one unreadable stretch.
 * @throws CommandError when there is no header
 */
export async function csvSource(
  chunks: AsyncIterable<Buffer>,
  { delimiter, isRaw }: CsvOptions,
): Promise<RecordSource> {
  const skipped: Skipped[] = [];
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    raw: true,
    relax_column_count: true,
    // Else one stray quote would take everything up to the next one along; the row that has it is refused below.
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: MAX_RECORD_BYTES,
    on_skip: (error, raw = '') => {
      skipped.push({
        afterRecords: recordsBefore(error, parser),
        problem: problemOf(error),
        text: raw.slice(0, KEPT_TEXT),
      });
      return undefined;
    },
  });
  // A fault of the file reaches whoever reads the parser.
  const lineEnds = new LineEnds();
  pipeline(Readable.from(lineEnds.watch(chunks), { objectMode: false }), parser, () => {});
  // With `info` and `raw` its items are of this shape.
  const items = parser[Symbol.asyncIterator]() as AsyncIterableIterator<Parsed>;
  const first = await items.next();
  if (first.done === true || skipped.some(({ afterRecords }) => afterRecords === 0)) {
    throw new CommandError(
      ExitCode.DATA,
      'no_header',
      'the file has no header that can be read: its first line names the columns.',
    );
  }
  const columns = first.value.record.map((name) => name.trim());
  return {
    columns,
    records: records(items, {
      columns,
      lineEnds,
      skipped,
      header: first.value.info,
      isStrict: strictness(delimiter),
      read: !isRaw && isOurs(columns) ? originalCell : (text) => text,
    }),
  };
}

interface Reading {
  readonly columns: readonly string[];
  readonly lineEnds: LineEnds;
  /** Grows while the parser reads on. */
  readonly skipped: Skipped[];
  readonly header: Info;
  readonly isStrict: (text: string) => boolean;
  readonly read: (cell: string) => string;
}

async function* records(
  items: AsyncIterable<Parsed>,
  { columns, lineEnds, skipped, header, isStrict, read }: Reading,
): AsyncGenerator<SourceRecord> {
  let before: Before = { records: header.records, line: lineEnds.before(header.bytes_records) };
  for await (const { record, info, raw } of items) {
    const text = raw.replace(/^[\r\n]+|[\r\n]+$/g, '');
    const end = info.bytes_records;
    const inside = text.split('\n').length - 1;
    // The end of its own line is before its end, unless it is the last one of a file that ends without.
    const lastLine = lineEnds.before(end) + (raw.endsWith('\n') || raw.endsWith('\r') ? 0 : 1);
    const line = lastLine - inside;
    const stretch = takeSkipped(skipped, before, line - 1, end);
    if (stretch !== null) yield stretch;
    before = { records: info.records, line: lastLine };
    yield recordOf(record.map(read), columns, isStrict, { line, lastLine, end, text });
  }
  const end = lineEnds.bytes;
  const rest = takeSkipped(skipped, before, lineEnds.before(end), end);
  if (rest !== null) yield rest;
}

/** Whether an export, or an import with rejected rows, wrote the file: only there an apostrophe before a formula is ours. */
function isOurs(columns: readonly string[]): boolean {
  return [EXPORT_COLUMNS, REJECT_COLUMNS].some((names) => names.every((name) => columns.includes(name)));
}

/** The last record that was read. */
interface Before {
  readonly records: number;
  readonly line: number;
}

interface Standing {
  readonly line: number;
  readonly lastLine: number;
  readonly end: number;
  readonly text: string;
}

function recordOf(
  cells: readonly string[],
  columns: readonly string[],
  isStrict: (text: string) => boolean,
  { line, lastLine, end, text }: Standing,
): SourceRecord {
  const unreadable = (problem: string): SourceRecord => ({
    kind: 'unreadable',
    line,
    lastLine,
    end,
    problem,
    text: text.slice(0, KEPT_TEXT),
  });
  if (text.includes('"') && !isStrict(text)) return unreadable('has a quote where none may be');
  if (cells.length !== columns.length) {
    return unreadable(`has ${cells.length} cells, and the header ${columns.length}`);
  }
  // What the parser could not decode it has replaced by this; sent as it is, it would reach people.
  if (text.includes('\uFFFD')) return unreadable('is not UTF-8');
  return {
    kind: 'record',
    line,
    end,
    values: Object.fromEntries(columns.map((name, index) => [name, cells[index]])),
  };
}

/** Everything that was given up between a record and the next, as one stretch; null when nothing was. */
function takeSkipped(skipped: Skipped[], before: Before, lastLine: number, end: number): SourceRecord | null {
  const here = skipped.filter(({ afterRecords }) => afterRecords <= before.records);
  const [first] = here;
  if (first === undefined) return null;
  skipped.splice(0, here.length);
  const text = here.map((part) => part.text.trim()).join('\n');
  const line = before.line + 1;
  return {
    kind: 'unreadable',
    line,
    lastLine: Math.max(lastLine, line),
    end,
    problem: first.problem,
    text: text.slice(0, KEPT_TEXT),
  };
}

function recordsBefore(error: CsvError | undefined, parser: Parser): number {
  const records: unknown = error?.records;
  return typeof records === 'number' ? records : parser.info.records;
}

function problemOf(error: CsvError | undefined): string {
  switch (error?.code) {
    case 'CSV_MAX_RECORD_SIZE':
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'has a quote that is never closed';
    default:
      return 'cannot be read as CSV';
  }
}

/** Tells whether quotes stand where RFC 4180, section 2, has them: around a whole cell, and doubled inside. */
function strictness(delimiter: string): (text: string) => boolean {
  const between = `\\u${delimiter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const cell = `(?:"(?:[^"]|"")*"|[^"${between}]*)`;
  const record = new RegExp(`^${cell}(?:${between}${cell})*$`);
  return (text) => record.test(text);
}
