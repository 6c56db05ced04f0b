import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { MessagePageJson } from '@messaging-system/http-hono';
import { CommandError, messageOf, usageError } from '../command-error.ts';
import { type ListFilter, listPath, refusalError } from '../connection/messaging-api.ts';
import { patientAsk } from '../connection/patient-ask.ts';
import { ExitCode } from '../exit-code.ts';
import type { CommonOptions, Work } from '../runner.ts';
import { EXPORT_FORMATS, type ExportContents, type ExportFormat } from './export-format.ts';

export interface ExportOptions extends CommonOptions, ListFilter {
  readonly format: ExportFormat;
  readonly output?: string;
  readonly raw?: boolean;
  readonly metadata?: readonly string[];
  readonly responses?: boolean;
}

const PAGE = 1000;
const PATIENCE_MS = 60_000;

/** Writes page after page, each when the one before it is written. Resolves with the exit code. */
export async function runExport(
  options: ExportOptions,
  { output, connect }: Pick<Work, 'output' | 'connect'>,
): Promise<number> {
  refuseIgnored(options);
  const api = await connect();
  const { head, text } = EXPORT_FORMATS[options.format];
  const contents: ExportContents = {
    isRaw: options.raw === true,
    metadata: options.metadata ?? [],
    hasResponses: options.responses === true,
  };
  const waiting = new AbortController();
  let file: Writable | null = null;
  const write = (part: string): Promise<void> => (file === null ? output.part(part) : writeTo(file, part));
  let isBegun = false;
  let count = 0;
  let cursor: string | null = null;
  do {
    const path = listPath(options, PAGE, cursor);
    const answer = await patientAsk<MessagePageJson>(() => api.ask('GET', path), {
      forMs: PATIENCE_MS,
      signal: waiting.signal,
      onWait: (reason) => output.note(reason),
    });
    if (!answer.isOk) throw refusalError(answer);
    // Not before there is something to write: no empty file stays behind a refusal.
    if (!isBegun) {
      if (options.output !== undefined) file = await openFile(options.output);
      await write(head(contents));
      isBegun = true;
    }
    await write(text(answer.body.items, contents));
    count += answer.body.items.length;
    cursor = answer.body.nextCursor;
  } while (cursor !== null);
  if (file !== null) {
    file.end();
    await finished(file);
    if (output.isJson) output.json({ exported: count, file: options.output });
    else output.note(`${count.toLocaleString('en')} messages in ${options.output}`);
  }
  return ExitCode.OK;
}

/** @throws CommandError for what would be without effect: who said it meant something by it */
function refuseIgnored({ format, raw, metadata, responses }: ExportOptions): void {
  if (format !== 'csv' && raw === true) throw usageError('--raw is about CSV: say --format csv too.');
  if (format !== 'csv' && metadata !== undefined)
    throw usageError('--metadata names columns of CSV: NDJSON has all metadata without it.');
  if (format === 'csv' && responses === true)
    throw usageError('--responses is about NDJSON: CSV has no attempts.');
}

async function openFile(path: string): Promise<Writable> {
  // Phone numbers and contents are nobody else's.
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  try {
    await once(file, 'open');
  } catch (error) {
    throw new CommandError(ExitCode.NO_OUTPUT, 'no_output', `${path} cannot be written: ${messageOf(error)}`);
  }
  return file;
}

async function writeTo(file: Writable, text: string): Promise<void> {
  if (!file.write(text)) await once(file, 'drain');
}
