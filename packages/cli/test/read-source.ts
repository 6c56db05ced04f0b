import { UTF_8 } from '../src/csv/text-encoding.ts';
import { csvSource } from '../src/import/csv-source.ts';
import { markedEncoding } from '../src/import/detect-encoding.ts';
import { ndjsonSource } from '../src/import/ndjson-source.ts';
import type { SourceRecord } from '../src/import/source-record.ts';

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** Every record of a file of UTF-8 that arrives in chunks of this size. */
export async function readCsv(
  file: string | Buffer,
  {
    delimiter = ',',
    chunk = 65_536,
    isRaw = false,
  }: { readonly delimiter?: string; readonly chunk?: number; readonly isRaw?: boolean } = {},
): Promise<readonly SourceRecord[]> {
  const options = { delimiter, isTabbed: false, hasHeader: true, isRaw, fits: () => true };
  const bytes = Buffer.from(file);
  const mark = markedEncoding(bytes)?.mark ?? 0;
  const { records } = await csvSource(chunked(bytes, chunk), options, UTF_8, mark);
  return collect(records);
}

export async function readNdjson(
  file: string | Buffer,
  chunk: number = 65_536,
): Promise<readonly SourceRecord[]> {
  return collect(ndjsonSource(chunked(Buffer.from(file), chunk)).records);
}

async function collect(records: AsyncIterable<SourceRecord>): Promise<readonly SourceRecord[]> {
  const collected: SourceRecord[] = [];
  for await (const record of records) collected.push(record);
  return collected;
}
