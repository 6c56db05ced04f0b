import type { CommonOptions } from '../commands/runner.ts';
import type { TextEncoding } from '../csv/text-encoding.ts';
import type { ContentTemplate, Field } from './column-mapping.ts';
import type { FileFormat } from './open-source.ts';

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
