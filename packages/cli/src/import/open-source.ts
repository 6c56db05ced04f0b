import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CommandError, messageOf, usageError } from '../command-error.ts';
import type { TextEncoding } from '../csv/text-encoding.ts';
import { ExitCode } from '../exit-code.ts';
import { peek, utf16AsUtf8 } from './byte-stream.ts';
import { type CsvOptions, csvSource } from './csv-source.ts';
import { markedEncoding, unmarkedEncoding } from './detect-encoding.ts';
import { ndjsonSource } from './ndjson-source.ts';
import type { RecordSource } from './source-record.ts';

export type FileFormat = 'csv' | 'ndjson';

export const STANDARD_INPUT = '-';

const HEAD_BYTES = 65_536;
const MARK_BYTES = 3;
const ZIP = Buffer.from('PK\x03\x04', 'latin1');
const OLD_OFFICE = Buffer.from('d0cf11e0', 'hex');
const GZIP = Buffer.from('1f8b', 'hex');

/** By its name; null for a name that says nothing. */
export function formatOf(path: string): FileFormat | null {
  if (/\.(csv|tsv|tab|txt)$/i.test(path)) return 'csv';
  return /\.(ndjson|jsonl)$/i.test(path) ? 'ndjson' : null;
}

/** How many bytes it has; null where nobody knows. @throws CommandError when it is not there */
export async function sizeOf(path: string): Promise<number | null> {
  if (path === STANDARD_INPUT) return null;
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new Error('it is a folder');
    return found.isFile() ? found.size : null;
  } catch (error) {
    throw unreadable(path, error);
  }
}

export interface SourceOptions extends CsvOptions {
  readonly encoding: TextEncoding | null;
  /** Whose code page a file is in that is not UTF-8. */
  readonly country: string | null;
}

/** @throws CommandError when it cannot be read, at once or later */
export async function openSource(
  path: string,
  format: FileFormat,
  options: SourceOptions,
): Promise<RecordSource> {
  const { head, chunks } = await peek(chunksOf(path), HEAD_BYTES);
  refuseOtherKinds(path, head);
  const marked = markedEncoding(head);
  const said = options.encoding;
  if (marked !== null && said !== null && said !== marked.encoding) {
    throw usageError(
      `${path} is ${marked.encoding.name}, as its first bytes say: leave out --encoding ${said.name}.`,
    );
  }
  const known = marked?.encoding ?? said;
  const isText = known?.utf16 ?? null;
  const bytes = isText === null ? chunks : utf16AsUtf8(chunks, isText);
  if (format === 'ndjson') return ndjsonSource(bytes);
  const encoding =
    known ?? (await unmarkedEncoding(path === STANDARD_INPUT ? [head] : chunksOf(path), options.country));
  // In UTF-8 the mark of UTF-16 has three bytes too.
  const mark = marked === null || marked.mark === 0 ? 0 : MARK_BYTES;
  return csvSource(bytes, options, encoding, mark);
}

/** @throws CommandError for a file that holds no text, and says what to do with it */
function refuseOtherKinds(path: string, head: Buffer): void {
  if (isWorkbook(path) || [ZIP, OLD_OFFICE].some((magic) => head.subarray(0, magic.length).equals(magic)))
    throw workbookError(path);
  if (head.subarray(0, GZIP.length).equals(GZIP)) {
    throw new CommandError(
      ExitCode.DATA,
      'compressed',
      `${path} is compressed. Import what is in it: gunzip -c ${path} | messaging-system import - --format csv --source ${path}`,
    );
  }
}

export function isWorkbook(path: string): boolean {
  return /\.(xlsx|xlsm|xlsb|xls|ods|numbers)$/i.test(path);
}

export function workbookError(path: string): CommandError {
  return new CommandError(
    ExitCode.DATA,
    'workbook',
    `${path} is a workbook such as .xlsx, and no CSV. Save it as "CSV UTF-8" in Excel, or as CSV in LibreOffice or Google Sheets, and import that file.`,
  );
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  const stream = path === STANDARD_INPUT ? process.stdin : createReadStream(path);
  try {
    for await (const chunk of stream) yield chunk;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): CommandError {
  return new CommandError(ExitCode.NO_INPUT, 'no_input', `${path} cannot be read: ${messageOf(error)}`);
}
