import { basename, dirname, extname, join } from 'node:path';
import type { MessageJson, MessagePageJson } from '@messaging-system/http-hono';
import { CommandError, usageError } from '../command-error.ts';
import { readConfiguration } from '../connection/connect.ts';
import { type MessagingApi, refusalError } from '../connection/messaging-api.ts';
import { patientAsk } from '../connection/patient-ask.ts';
import { UTF_8 } from '../csv/text-encoding.ts';
import { endBySignal } from '../end-by-signal.ts';
import { ExitCode } from '../exit-code.ts';
import { printable } from '../output/printable.ts';
import type { Work } from '../runner.ts';
import { describeMapping, noteUnused, unusedColumns } from './column-mapping.ts';
import { importRecords } from './import-records.ts';
import { ImportProgress, showReport } from './import-report.ts';
import type { Reject } from './import-row.ts';
import {
  type FileFormat,
  formatOf,
  isWorkbook,
  openSource,
  STANDARD_INPUT,
  sizeOf,
  workbookError,
} from './open-source.ts';
import { RejectFile } from './reject-file.ts';
import { type ImportOptions, refuseIgnored, rowRules, sourceOptions } from './row-rules.ts';
import type { CsvForm } from './source-record.ts';

// The file has them all; a terminal that they run through shows nothing else any more.
const MOST_PRINTED = 20;

/** Imports a file. Resolves with the exit code. @throws CommandError for what ends it before the end of the file */
export async function runImport(file: string, options: ImportOptions, work: Work): Promise<number> {
  const { output, lifetimes } = work;
  const format = options.format ?? formatOf(file);
  if (format === null) {
    if (isWorkbook(file)) throw workbookError(file);
    throw usageError(`the name of ${file} does not tell its format: say --format csv or --format ndjson.`);
  }
  refuseIgnored(format, options);
  const totalBytes = await sizeOf(file);
  const api = await target(options, work);
  const since = await startOf(api, options);
  const source = await openSource(file, format, sourceOptions(file, options));
  const rules = rowRules(file, format, source.columns, options);
  if (source.columns !== null && source.csv !== null && !output.isJson) {
    const form = describeForm(source.csv);
    if (form !== null) output.note(form);
    output.note(printable(`Columns: ${describeMapping(rules.mapping, rules.content, source.columns)}`));
  }

  const ending = endBySignal(lifetimes);
  const rejectFile = lifetimes.use(
    new RejectFile(options.rejects ?? rejectPath(file, format), source.csv, options.raw === true),
  );
  let printed = 0;
  const printRejects = (rejects: readonly Reject[], progress: ImportProgress): void => {
    for (const reject of rejects) {
      printed += 1;
      if (printed <= MOST_PRINTED) progress.note(rejectLine(reject, output.isJson));
      else if (printed === MOST_PRINTED + 1 && !output.isJson)
        progress.note('… and more: see the file of the rejected rows');
    }
  };

  const notUsed: string[] = [];
  const unused = (progress: ImportProgress) => (name: string, line: number) => {
    notUsed.push(name);
    if (!output.isJson) progress.note(printable(`not used: "${name}" (line ${line})`));
  };
  let report: Parameters<typeof showReport>[0];
  {
    // Of UTF-16 the bytes are counted that it has in UTF-8.
    const isCounted = (source.csv?.encoding.utf16 ?? null) === null;
    using progress = new ImportProgress(output, isCounted ? totalBytes : null);
    try {
      await importRecords({
        source:
          format === 'csv'
            ? source
            : {
                ...source,
                records: noteUnused(source.records, rules.mapping, rules.content, unused(progress)),
              },
        rules,
        since,
        concurrency: options.concurrency,
        signal: ending.signal,
        ask: (requests) =>
          patientAsk(() => api.ask<readonly MessageJson[]>('POST', '/messages', requests), {
            forMs: options.patience,
            signal: ending.signal,
            onWait: (reason) => progress.waiting(reason),
          }),
        onBatch: async (batch, bytes) => {
          printRejects(batch.rejects, progress);
          await rejectFile.write(batch.rejects);
          progress.add(batch, bytes);
        },
      });
    } catch (error) {
      // A user who ends it while it waits for the server has ended it.
      if (!ending.signal.aborted) throw interrupted(error, progress);
    }
    report = {
      figures: progress.figures,
      isDryRun: options.dryRun === true,
      isInterrupted: ending.signal.aborted,
      rejectFile: rejectFile.path,
      keysBySource: rules.ownKeys === 'everywhere' ? null : rules.keys.source,
      notUsed:
        source.columns === null ? notUsed : unusedColumns(rules.mapping, rules.content, source.columns),
    };
  }
  showReport(report, output);
  if (report.isInterrupted) return ending.exitCode();
  return report.figures.rejected === 0 ? ExitCode.OK : ExitCode.REFUSED;
}

async function target({ dryRun }: ImportOptions, { host, connect }: Work): Promise<MessagingApi> {
  if (dryRun !== true) return connect({ mayCreate: true });
  const { dryRunApi } = await import('../connection/local-api.ts');
  return dryRunApi(readConfiguration(host));
}

// Clocks that differ by less count as one: a server tells its time to the second.
const SAME_CLOCK_MS = 2_000;

/** Asks for something, so that what is wrong shows at once. Resolves with the present time of whoever stamps the messages. */
async function startOf(api: MessagingApi, { dryRun }: ImportOptions): Promise<number> {
  if (dryRun === true) return 0;
  const answer = await api.ask<MessagePageJson>('GET', '/messages?limit=1');
  // A key that may only send is enough.
  if (!answer.isOk && answer.code !== 'insufficient_scope') throw refusalError(answer);
  const here = Date.now();
  return answer.date === null || Math.abs(answer.date - here) < SAME_CLOCK_MS ? here : answer.date;
}

/** Null where nothing had to be found out. */
function describeForm({ encoding, delimiter }: CsvForm): string | null {
  if (encoding === UTF_8 && delimiter === ',') return null;
  return `Read as ${encoding.name}, with ${delimiter === '\t' ? 'tabs' : `"${delimiter}"`} between the cells`;
}

function rejectLine({ line, lastLine, problems }: Reject, isJson: boolean): string {
  if (isJson) return JSON.stringify({ line, lastLine, problems });
  const lines = line === lastLine ? `line ${line}` : `lines ${line} to ${lastLine}`;
  return printable(`${lines}: ${problems.join('; ')}`);
}

function interrupted(error: unknown, progress: ImportProgress): unknown {
  if (!(error instanceof CommandError)) return error;
  const { stored, existing } = progress.figures;
  return new CommandError(
    error.exitCode,
    error.code,
    `${error.message} ${stored + existing} rows are stored: run the same command again to go on.`,
    { cause: error, details: error.details },
  );
}

/** Where rejected rows go unless told: `rows.rejects.csv` next to `rows.csv`. */
export function rejectPath(file: string, format: FileFormat): string {
  if (file === STANDARD_INPUT) return `standard-input.rejects.${format}`;
  const extension = extname(file);
  return join(dirname(file), `${basename(file, extension)}.rejects${extension || `.${format}`}`);
}
