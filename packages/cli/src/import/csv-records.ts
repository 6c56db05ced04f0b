import type { CsvError, Info } from 'csv-parse';
import { originalCell } from '../csv/formula-cell.ts';
import type { TextEncoding } from '../csv/text-encoding.ts';
import { keptText, type SourceRecord } from './source-record.ts';

/** The parser's output for a record, by its options `info` and `raw`: byte strings. */
export interface Parsed {
  readonly record: readonly string[];
  readonly info: Info;
  readonly raw: string;
}

/** A place where the parser gave a record up. */
export interface Skipped {
  readonly afterRecords: number;
  readonly problem: string;
  readonly text: string;
}

interface Reading {
  readonly columns: readonly string[];
  readonly encoding: TextEncoding;
  readonly lineEnds: LineEnds;
  /** How many bytes come before what the parser is given. */
  readonly offset: number;
  /** Grows while the parser reads on. */
  readonly skipped: Skipped[];
  /** Null: the first record is one like the others. */
  readonly header: Info | null;
  readonly delimiter: string;
  /** Whether an apostrophe before a formula is ours, and no part of the text. */
  readonly isOurs: boolean;
}

export async function* csvRecords(
  items: AsyncIterable<Parsed>,
  reading: Reading,
): AsyncGenerator<SourceRecord> {
  const { columns, encoding, lineEnds, offset, skipped, header, isOurs } = reading;
  const isStrict = strictness(reading.delimiter);
  // The last record that was read.
  let before = {
    records: header?.records ?? 0,
    line: lineEnds.before(offset + (header?.bytes_records ?? 0)),
  };

  for await (const { record: all, info, raw } of items) {
    const text = raw.replace(/^[\r\n]+|[\r\n]+$/g, '');
    const end = offset + info.bytes_records;
    const inside = text.split(/\r\n|\r|\n/).length - 1;
    // The end of its own line is before its end, unless it is the last one of a file that ends without.
    const lastLine = lineEnds.before(end) + (/[\r\n]$/.test(raw) ? 0 : 1);
    const line = lastLine - inside;
    yield* takeSkipped(skipped, before, line - 1, end);
    before = { records: info.records, line: lastLine };
    // Spreadsheets write such rows for lines that once had something.
    if (isBlank(all)) continue;
    // Empty cells beyond the header say nothing.
    const cells = isBlank(all.slice(columns.length)) ? all.slice(0, columns.length) : all;
    const problem = problemIn(text, cells);
    if (problem !== null) {
      yield { kind: 'unreadable', line, lastLine, end, problem, text: keptText(text) };
      continue;
    }
    const read = cells.map((cell) => {
      const written = encoding.decode(cell) ?? '';
      const meant = isOurs ? originalCell(written) : written;
      return { meant, bytes: meant === written ? cell : encoding.encode(meant) };
    });
    // Of columns with one name nobody reads the later ones.
    const named = columns.map((name, index): [string, unknown] => [name, read[index]?.meant]).toReversed();
    yield {
      kind: 'record',
      line,
      end,
      values: Object.fromEntries(named),
      cells: read.map(({ bytes }) => bytes),
    };
  }
  yield* takeSkipped(skipped, before, lineEnds.before(lineEnds.bytes), lineEnds.bytes);

  function problemIn(text: string, cells: readonly string[]): string | null {
    if (text.includes('"') && !isStrict(text)) return 'has a quote where none may be';
    if (cells.length !== columns.length) return `has ${cells.length} cells, and the header ${columns.length}`;
    const whole = encoding.decode(text);
    if (whole === null) return `is not ${encoding.name}`;
    // Other programs write this for letters that they could not read; sent as it is, it would reach people.
    return whole.includes('\uFFFD') ? 'has U+FFFD in place of a letter that was lost before' : null;
  }
}

export function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '');
}

/** Everything that was given up between a record and the next, as one stretch. */
function* takeSkipped(
  skipped: Skipped[],
  before: { readonly records: number; readonly line: number },
  last: number,
  end: number,
): Generator<SourceRecord> {
  const here = skipped.filter(({ afterRecords }) => afterRecords <= before.records);
  const [first] = here;
  if (first === undefined) return;
  skipped.splice(0, here.length);
  const text = keptText(here.map((part) => part.text.trim()).join('\n'));
  const line = before.line + 1;
  yield { kind: 'unreadable', line, lastLine: Math.max(last, line), end, problem: first.problem, text };
}

export function problemOf(error: CsvError | undefined): string {
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

const NEWLINE = 0x0a;
const RETURN = 0x0d;

// Dropping them one by one would move the others each time.
const MOST_PASSED = 1_000;

/**
 * Where lines end in bytes that go through, with LF, CRLF or a CR alone: the parser counts them differently within cells. Remembers only
 * what was not asked for yet.
 */
export class LineEnds {
  #ends: number[] = [];
  /** How many of `#ends` were passed. */
  #at = 0;
  #dropped = 0;
  #bytes = 0;

  /** The same chunks. */
  async *watch(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let afterReturn = false;
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at];
        // One that LF follows does not end a row by itself.
        if (afterReturn && byte !== NEWLINE) this.#ends.push(this.#bytes + at - 1);
        if (byte === NEWLINE) this.#ends.push(this.#bytes + at);
        afterReturn = byte === RETURN;
      }
      this.#bytes += chunk.length;
      yield chunk;
    }
    if (afterReturn) this.#ends.push(this.#bytes - 1);
  }

  /** How many bytes went through. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many lines end before this offset; offsets must not fall. */
  before(offset: number): number {
    while ((this.#ends[this.#at] ?? Number.POSITIVE_INFINITY) < offset) this.#at += 1;
    if (this.#at >= MOST_PASSED) {
      this.#ends = this.#ends.slice(this.#at);
      this.#dropped += this.#at;
      this.#at = 0;
    }
    return this.#dropped + this.#at;
  }
}
