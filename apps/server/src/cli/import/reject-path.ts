import { basename, dirname, extname, join } from 'node:path';
import { type FileFormat, STANDARD_INPUT } from './open-source.ts';

/** Where rejected rows go unless told: `rows.rejects.csv` beside `rows.csv`. */
export function rejectPath(file: string, format: FileFormat): string {
  if (file === STANDARD_INPUT) return `standard-input.rejects.${format}`;
  const extension = extname(file);
  return join(dirname(file), `${basename(file, extension)}.rejects${extension || `.${format}`}`);
}
