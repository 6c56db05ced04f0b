import { parse } from 'csv-parse/sync';

const CANDIDATES = [',', ';', '\t', '|'] as const;

/** `sep=;` in the first line, which gives Excel the delimiter; it does not count as a row. */
const SEPARATOR_LINE = /^"?sep=([^"\r\n])"?[,;\t|]*(?:\r\n|\r|\n)/i;

export interface CsvLayout {
  readonly delimiter: string;
  /** How long the line is that names it. */
  readonly skip: number;
}

/**
 * The delimiter that was said, that the first line names, or with which the first record has the columns that are needed; else the one
 * that gives it most cells.
 * @param head the beginning of the file, as a byte string
 * @param isTabFirst whether the name of the file says that it has tabs
 * @param fits whether a first record is one that can be used
 */
export function csvLayout(
  head: string,
  said: string | null,
  isTabFirst: boolean,
  fits: (first: readonly string[]) => boolean,
): CsvLayout {
  const [line = '', named] = SEPARATOR_LINE.exec(head) ?? [];
  const skip = line.length;
  const told = said ?? named;
  if (told !== undefined) return { delimiter: told, skip };
  const candidates = isTabFirst ? ['\t', ...CANDIDATES.filter((each) => each !== '\t')] : CANDIDATES;
  const firsts = candidates.map((delimiter) => ({ delimiter, first: firstRecord(head, delimiter) }));
  const most = Math.max(...firsts.map(({ first }) => first.length));
  const chosen = firsts.find(({ first }) => fits(first)) ?? firsts.find(({ first }) => first.length === most);
  return { delimiter: chosen?.delimiter ?? ',', skip };
}

/** Whether another delimiter is in this cell, which then is several. */
export function hasDelimiter(cell: string): boolean {
  return CANDIDATES.some((delimiter) => cell.includes(delimiter));
}

function firstRecord(head: string, delimiter: string): readonly string[] {
  const records: readonly (readonly string[])[] = parse(head, {
    delimiter,
    to: 1,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
  });
  return records[0] ?? [];
}
