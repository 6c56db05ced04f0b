import { type FileHandle, open } from 'node:fs/promises';
import { extname } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { ExitCode } from '../../life-cycle/exit-code.ts';
import { CommandError } from '../command-error.ts';
import { neutralisedCell } from '../csv/formula-cell.ts';
import type { CsvOptions } from './csv-source.ts';
import type { Reject } from './import-row.ts';

export const REJECT_COLUMNS = ['reject_line', 'reject_problem', 'reject_text'] as const;

/**
 * Where rejected rows go, in the form that they came in and with their lines and problems: mend it, and import it. Made with the first row. A file that
 * is there already is never written over: somebody may be mending it.
 */
export class RejectFile implements AsyncDisposable {
  readonly #wanted: string;
  readonly #columns: readonly string[] | null;
  readonly #csvOptions: CsvOptions;
  #opened: { readonly file: FileHandle; readonly path: string } | null = null;
  #writing: Promise<void> = Promise.resolve();

  /** @param columns of CSV; null: NDJSON */
  constructor(wanted: string, columns: readonly string[] | null, csv: CsvOptions) {
    this.#wanted = wanted;
    this.#columns = columns;
    this.#csvOptions = csv;
  }

  /** Null: nothing was rejected. */
  get path(): string | null {
    return this.#opened?.path ?? null;
  }

  /** @throws CommandError when the file cannot be written */
  write(rejects: readonly Reject[]): Promise<void> {
    if (rejects.length === 0) return Promise.resolve();
    this.#writing = this.#writing.then(() => this.#append(rejects));
    return this.#writing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Who wrote has been told of a fault.
    await this.#writing.catch(() => {});
    await this.#opened?.file.close();
  }

  async #append(rejects: readonly Reject[]): Promise<void> {
    try {
      if (this.#opened === null) {
        this.#opened = await openFresh(this.#wanted);
        if (this.#columns !== null)
          await this.#opened.file.appendFile(this.#csv([[...this.#columns, ...REJECT_COLUMNS]]));
      }
      await this.#opened.file.appendFile(this.#text(rejects));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CommandError(ExitCode.NO_OUTPUT, 'reject_file', `rejected rows cannot be written: ${reason}`);
    }
  }

  #text(rejects: readonly Reject[]): string {
    const columns = this.#columns;
    if (columns === null) return rejects.map((reject) => `${JSON.stringify(objectOf(reject))}\n`).join('');
    return this.#csv(
      rejects.map(({ line, problems, values, text }) => [
        ...columns.map((name) => values?.[name] ?? ''),
        line,
        problems.join('; '),
        text ?? '',
      ]),
    );
  }

  #csv(rows: readonly (readonly unknown[])[]): string {
    const { delimiter, isRaw } = this.#csvOptions;
    const cell = (value: unknown): unknown =>
      typeof value === 'string' && !isRaw ? neutralisedCell(value) : value;
    return stringify(
      rows.map((row) => row.map(cell)),
      { delimiter },
    );
  }
}

function objectOf({ line, problems, values, text }: Reject): Readonly<Record<string, unknown>> {
  const [lineName, problemName, textName] = REJECT_COLUMNS;
  return {
    ...values,
    [lineName]: line,
    [problemName]: problems.join('; '),
    ...(text === null ? {} : { [textName]: text }),
  };
}

/** `rows.rejects.csv`, or `rows.rejects-2.csv` where that is there already, and so on. */
async function openFresh(wanted: string): Promise<{ readonly file: FileHandle; readonly path: string }> {
  const extension = extname(wanted);
  const stem = wanted.slice(0, wanted.length - extension.length);
  for (let count = 1; ; count += 1) {
    const path = count === 1 ? wanted : `${stem}-${count}${extension}`;
    try {
      // What was rejected is as private as what was to be imported.
      return { file: await open(path, 'wx', 0o600), path };
    } catch (error) {
      const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!isThere) throw error;
    }
  }
}
