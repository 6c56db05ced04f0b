import { basename } from 'node:path';
import { CommandError, usageError } from '../command-error.ts';
import type { TextEncoding } from '../csv/text-encoding.ts';
import { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../runner.ts';
import { type ColumnMapping, type ContentTemplate, columnMapping, type Field } from './column-mapping.ts';
import { hasDelimiter } from './csv-layout.ts';
import type { RowRules } from './import-row.ts';
import { RowKeys } from './import-row.ts';
import { type FileFormat, type SourceOptions, STANDARD_INPUT } from './open-source.ts';
import { type CountryCode, countryOf } from './phone-number.ts';

export interface ImportOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly format?: FileFormat;
  readonly delimiter?: string;
  readonly map: ReadonlyMap<Field, string>;
  readonly key?: string;
  readonly unique?: string;
  readonly content?: ContentTemplate;
  readonly country?: string;
  readonly source?: string;
  readonly anyStatus?: boolean;
  readonly raw?: boolean;
  readonly encoding?: TextEncoding;
  readonly header: boolean;
  readonly rejects?: string;
  readonly concurrency: number;
  readonly patience: number;
}

/** How the file is to be read. */
export function sourceOptions(file: string, options: ImportOptions): SourceOptions {
  const { delimiter, encoding, country, header, raw, content } = options;
  return {
    delimiter: delimiter ?? null,
    isTabbed: /\.(tsv|tab)$/i.test(file),
    hasHeader: header,
    isRaw: raw === true,
    encoding: encoding ?? null,
    country: country === undefined ? null : knownCountry(country),
    fits: (columns, first) => {
      const mapping = mappingOf(columns, options);
      if (mapping === null) return false;
      const phone = first[columns.indexOf(mapping.phoneNumber ?? '')] ?? '';
      return header || (!hasDelimiter(phone) && (mapping.content !== undefined || content !== undefined));
    },
  };
}

function mappingOf(columns: readonly string[], options: ImportOptions): ColumnMapping | null {
  try {
    return columnMapping(columns, saidColumns(options), options.content ?? null);
  } catch (error) {
    if (error instanceof CommandError) return null;
    throw error;
  }
}

function saidColumns({
  map,
  key,
  unique,
}: Pick<ImportOptions, 'map' | 'key' | 'unique'>): ReadonlyMap<Field, string> {
  const saidKey = key ?? unique;
  return saidKey === undefined ? map : new Map([...map, ['idempotencyKey', saidKey]]);
}

/** @throws CommandError for columns that are missing, and for keys that would be ignored */
export function rowRules(
  file: string,
  format: FileFormat,
  columns: readonly string[] | null,
  options: ImportOptions,
): RowRules {
  const { unique, content, source, country, anyStatus } = options;
  const said = saidColumns(options);
  const mapping = columnMapping(columns, said, content ?? null);
  const isSaid = said.has('idempotencyKey');
  if (source !== undefined && !isSaid && mapping.idempotencyKey !== undefined) {
    throw usageError(
      `--source would be ignored: the rows have keys of their own, in "${mapping.idempotencyKey}". Leave it out, or say --key ${mapping.idempotencyKey} for keys that count for this import only.`,
    );
  }
  const ownKeys = unique !== undefined || (isSaid && source !== undefined) ? 'in-source' : 'everywhere';
  return {
    mapping,
    content: content ?? null,
    ownKeys: isSaid || mapping.idempotencyKey !== undefined ? ownKeys : 'none',
    keys: new RowKeys(source ?? (file === STANDARD_INPUT ? 'standard input' : basename(file))),
    country: country === undefined ? null : knownCountry(country),
    takesAnyStatus: anyStatus === true,
    isCsv: format === 'csv',
  };
}

function knownCountry(code: string): CountryCode {
  const country = countryOf(code);
  if (country !== null) return country;
  throw usageError(
    `--country ${code} is not a country: it takes the two letters of one, such as TR, DE or US.`,
  );
}

/** @throws CommandError for what would be without effect: who said it meant something by it */
export function refuseIgnored(
  format: FileFormat,
  { map, key, unique, delimiter, raw, encoding, header }: ImportOptions,
): void {
  const csvOnly = Object.entries({
    '--delimiter': delimiter,
    '--raw': raw,
    '--encoding': encoding,
    '--no-header': header ? undefined : header,
  }).filter(([, value]) => value !== undefined);
  const said = key === undefined ? '--unique' : '--key';
  const problems = [
    ...(format === 'csv' ? [] : csvOnly.map(([option]) => `${option} is about CSV, and this file is NDJSON`)),
    ...(map.has('idempotencyKey') && (key ?? unique) !== undefined
      ? [`${said} and --map idempotencyKey both name the column of the key: leave one out`]
      : []),
  ];
  if (problems.length > 0) throw new CommandError(ExitCode.USAGE, 'usage', `${problems.join('; ')}.`);
}
