import { pipeline, Readable } from 'node:stream';
import { MESSAGE_COLUMNS } from '@messaging-system/http-hono';
import { type CsvError, type Parser, parse } from 'csv-parse';
import { CommandError } from '../command-error.ts';
import { type TextEncoding, UTF_8 } from '../csv/text-encoding.ts';
import { ExitCode } from '../exit-code.ts';
import { peek, withoutFirst } from './byte-stream.ts';
import { csvLayout } from './csv-layout.ts';
import { csvRecords, isBlank, LineEnds, type Parsed, problemOf, type Skipped } from './csv-records.ts';
import { REJECT_COLUMNS } from './reject-file.ts';
import { keptText, MAX_RECORD_BYTES, type RecordSource } from './source-record.ts';

export interface CsvOptions {
  /** Null: by the beginning of the file. */
  readonly delimiter: string | null;
  /** Whether the name of the file says that its cells are separated by tabs. */
  readonly isTabbed: boolean;
  /** Whether the first record names the columns; else they are called 1, 2, and so on. */
  readonly hasHeader: boolean;
  /** No cell has an apostrophe of ours before it. */
  readonly isRaw: boolean;
  /** Whether a file with these columns, and this first record, can be imported. */
  readonly fits: (columns: readonly string[], first: readonly string[]) => boolean;
}

// A first record that is longer is hardly one.
const HEAD_BYTES = 65_536;

/**
 * CSV as RFC 4180 has it, also as spreadsheets write it: blank lines and rows are passed over, `sep=;` names the delimiter, and lines may
 * end with a CR alone. Where a quote is never closed nobody can tell the records apart: everything up to the next one that can be read is
 * one unreadable stretch.
 * @param bytes in UTF-8 where the encoding is UTF-16
 * @param mark how many bytes come before the text
 * @throws CommandError when there is no header
 */
export async function csvSource(
  bytes: AsyncIterable<Buffer>,
  { delimiter: said, isTabbed, hasHeader, isRaw, fits }: CsvOptions,
  encoding: TextEncoding = UTF_8,
  mark = 0,
): Promise<RecordSource> {
  const { head, chunks } = await peek(bytes, HEAD_BYTES);
  const { delimiter, skip } = csvLayout(head.toString('latin1', mark), said, isTabbed, (first) =>
    fits(columnNames(first, hasHeader, encoding), first),
  );
  const offset = mark + skip;
  const skipped: Skipped[] = [];
  const parser = parse({
    // Byte strings: bytes that are invalid in the encoding of the file can be written back as they were.
    encoding: 'latin1',
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
        text: keptText(raw),
      });
      return undefined;
    },
  });
  // A fault of the file reaches whoever reads the parser.
  const lineEnds = new LineEnds();
  const given = withoutFirst(lineEnds.watch(chunks), offset);
  pipeline(Readable.from(given, { objectMode: false }), parser, () => {});
  // With `info` and `raw` its items are of this shape.
  const items = parser[Symbol.asyncIterator]() as AsyncIterableIterator<Parsed>;
  let first = await items.next();
  while (first.done !== true && isBlank(first.value.record)) first = await items.next();
  if (first.done === true || (hasHeader && skipped.some(({ afterRecords }) => afterRecords === 0))) {
    throw new CommandError(
      ExitCode.DATA,
      'no_header',
      hasHeader
        ? 'the file has no header that can be read: its first line names the columns. If it has none say --no-header.'
        : 'the file has no row that can be read.',
    );
  }
  // Rows that were rejected before come with names also where the file has none.
  const isNamed = hasHeader || isOurs(columnNames(first.value.record, true, encoding));
  const columns = columnNames(first.value.record, isNamed, encoding);
  return {
    columns,
    csv: {
      encoding,
      delimiter,
      hasMark: mark > 0,
      header: isNamed ? first.value.record : columns,
    },
    records: csvRecords(isNamed ? items : after(first.value, items), {
      columns,
      encoding,
      lineEnds,
      offset,
      skipped,
      header: isNamed ? first.value.info : null,
      delimiter,
      isOurs: !isRaw && isOurs(columns),
    }),
  };
}

function columnNames(
  first: readonly string[],
  hasHeader: boolean,
  encoding: TextEncoding,
): readonly string[] {
  return first.map((name, index) => (hasHeader ? (encoding.decode(name) ?? name).trim() : String(index + 1)));
}

async function* after(first: Parsed, items: AsyncIterable<Parsed>): AsyncGenerator<Parsed> {
  yield first;
  yield* items;
}

// Those of the first release: its exports have no others, and later ones add theirs.
const FIRST_EXPORT_COLUMNS = MESSAGE_COLUMNS.slice(0, 13);

/** Whether an export, or an import with rejected rows, wrote the file: only there an apostrophe before a formula is ours. */
function isOurs(columns: readonly string[]): boolean {
  return [FIRST_EXPORT_COLUMNS, REJECT_COLUMNS].some((names) =>
    names.every((name) => columns.includes(name)),
  );
}

function recordsBefore(error: CsvError | undefined, parser: Parser): number {
  const records: unknown = error?.records;
  return typeof records === 'number' ? records : parser.info.records;
}
