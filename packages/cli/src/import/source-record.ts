import type { TextEncoding } from '../csv/text-encoding.ts';

/** A record of the file, or a stretch of it that is none. */
export type SourceRecord = ReadRecord | UnreadableStretch;

interface Place {
  /** The line on which it begins, from 1. */
  readonly line: number;
  /** How far in the file it ends, in bytes. */
  readonly end: number;
}

export interface ReadRecord extends Place {
  readonly kind: 'record';
  readonly values: Readonly<Record<string, unknown>>;
  /** Of CSV: the cells as they stand in the file, as byte strings. */
  readonly cells?: readonly string[] | undefined;
}

export interface UnreadableStretch extends Place {
  readonly kind: 'unreadable';
  readonly lastLine: number;
  readonly problem: string;
  /** As it stands in the file, cut off where it is very long; of CSV a byte string. */
  readonly text: string;
}

/** How a file of CSV is written. */
export interface CsvForm {
  readonly encoding: TextEncoding;
  readonly delimiter: string;
  /** Whether a byte order mark is at its beginning. */
  readonly hasMark: boolean;
  /** The names of the columns, as byte strings. */
  readonly header: readonly string[];
}

/** The records of a file, read as they are asked for: only a few are in memory at any time. */
export interface RecordSource {
  /** In the order of the file; null where a record has none (NDJSON). */
  readonly columns: readonly string[] | null;
  /** How the file is written; null for NDJSON. */
  readonly csv: CsvForm | null;
  readonly records: AsyncIterable<SourceRecord>;
}

/** Longer ones are unreadable: most often a quote that is never closed, or no lines at all. */
export const MAX_RECORD_BYTES = 1_048_576;

const KEPT_BYTES = 4_096;

/** The part of an unreadable stretch that is kept: the beginning of a byte string, which ends with a whole letter if it is UTF-8. */
export function keptText(bytes: string): string {
  let end = Math.min(bytes.length, KEPT_BYTES);
  // A letter has up to three bytes of this kind after its first one.
  for (let back = 0; back < 3 && isInLetter(bytes.charCodeAt(end)); back += 1) end -= 1;
  return bytes.slice(0, end);
}

function isInLetter(byte: number): boolean {
  return byte >= 0x80 && byte < 0xc0;
}
