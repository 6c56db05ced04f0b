import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ExitCode } from '../../life-cycle/exit-code.ts';
import { CommandError } from '../command-error.ts';
import { type CsvOptions, csvSource } from './csv-source.ts';
import { ndjsonSource } from './ndjson-source.ts';
import type { RecordSource } from './source-record.ts';

export type FileFormat = 'csv' | 'ndjson';

export const STANDARD_INPUT = '-';

/** By its name; null for a name that says nothing. */
export function formatOf(path: string): FileFormat | null {
  if (/\.(csv|tsv|txt)$/i.test(path)) return 'csv';
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

/** @throws CommandError when it cannot be read, at once or later */
export function openSource(path: string, format: FileFormat, csv: CsvOptions): Promise<RecordSource> {
  const chunks = chunksOf(path);
  return format === 'csv' ? csvSource(chunks, csv) : Promise.resolve(ndjsonSource(chunks));
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
  const reason = error instanceof Error ? error.message : String(error);
  return new CommandError(ExitCode.NO_INPUT, 'no_input', `${path} cannot be read: ${reason}`);
}
