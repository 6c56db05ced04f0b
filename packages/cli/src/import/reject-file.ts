import { type FileHandle, open } from 'node:fs/promises';
import { extname } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { CommandError, messageOf } from '../command-error.ts';
import { neutralisedCell } from '../csv/formula-cell.ts';
import { ExitCode } from '../exit-code.ts';
import { utf8AsUtf16 } from './byte-stream.ts';
import type { Reject } from './import-row.ts';
import type { CsvForm } from './source-record.ts';

export const REJECT_COLUMNS = ['reject_line', 'reject_problem', 'reject_text'] as const;

const MARK = '\uFEFF';

/**
 * Where rejected rows go, in the form that they came in, byte for byte, and with their lines and problems: fix it, and import it. Made with the first row. A file that
 * is there already is never written over: somebody may be fixing it.
 */
export class RejectFile implements AsyncDisposable {
  readonly #wanted: string;
  readonly #csv: CsvForm | null;
  readonly #isRaw: boolean;
  #opened: { readonly file: FileHandle; readonly path: string } | null = null;
  #writing: Promise<void> = Promise.resolve();

  /** @param csv null: NDJSON */
  constructor(wanted: string, csv: CsvForm | null, isRaw: boolean) {
    this.#wanted = wanted;
    this.#csv = csv;
    this.#isRaw = isRaw;
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
    // The writer has received the fault.
    await this.#writing.catch(() => {});
    await this.#opened?.file.close();
  }

  async #append(rejects: readonly Reject[]): Promise<void> {
    try {
      if (this.#opened === null) {
        this.#opened = await openFresh(this.#wanted);
        if (this.#csv !== null) await this.#opened.file.appendFile(this.#head(this.#csv));
      }
      await this.#opened.file.appendFile(this.#rows(rejects));
    } catch (error) {
      const text = `rejected rows cannot be written: ${messageOf(error)}`;
      throw new CommandError(ExitCode.NO_OUTPUT, 'reject_file', text);
    }
  }

  #head(csv: CsvForm): Buffer {
    const { encoding, hasMark, header } = csv;
    const mark = hasMark || encoding.utf16 !== null ? encoding.encode(MARK) : '';
    const names = this.#line(csv, [...header, ...REJECT_COLUMNS.map(encoding.encode)]);
    return inFile(mark + names, csv);
  }

  #rows(rejects: readonly Reject[]): Buffer {
    const csv = this.#csv;
    if (csv === null)
      return Buffer.from(rejects.map((reject) => `${JSON.stringify(objectOf(reject))}\n`).join(''));
    const lines = rejects.map(({ line, problems, cells, text }) =>
      this.#line(csv, [
        ...csv.header.map((_, index) => cells?.[index] ?? ''),
        String(line),
        csv.encoding.encode(problems.join('; ')),
        text ?? '',
      ]),
    );
    return inFile(lines.join(''), csv);
  }

  #line({ encoding, delimiter }: CsvForm, cells: readonly string[]): string {
    const harmless = (cell: string): string => {
      const text = encoding.decode(cell) ?? cell;
      const neutralised = neutralisedCell(text);
      if (this.#isRaw || neutralised === text) return cell;
      // Bytes that are not text stay the bytes that they are.
      return text === cell ? neutralised : encoding.encode(neutralised);
    };
    return stringify([cells.map(harmless)], { delimiter });
  }
}

/** The cell that is written for a byte string. */
function inFile(bytes: string, { encoding: { utf16 } }: CsvForm): Buffer {
  const buffer = Buffer.from(bytes, 'latin1');
  return utf16 === null ? buffer : utf8AsUtf16(buffer, utf16);
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
      // The rejected rows are as private as the imported ones.
      return { file: await open(path, 'wx', 0o600), path };
    } catch (error) {
      const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!isThere) throw error;
    }
  }
}
