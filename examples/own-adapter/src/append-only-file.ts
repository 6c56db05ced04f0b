import { type FileHandle, open, readFile } from 'node:fs/promises';

/** Lines of JSON that are only ever appended, each group on the disk before the call returns. */
export class AppendOnlyFile<Line> {
  readonly #handle: FileHandle;
  #last: Promise<void> = Promise.resolve();

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Opens the file and reads what is in it; a last line that a crash left half is dropped. */
  static async open<Line>(
    path: string,
  ): Promise<{ readonly file: AppendOnlyFile<Line>; readonly lines: readonly Line[] }> {
    const handle = await open(path, 'a+');
    const text = await readFile(handle, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    await handle.truncate(Buffer.byteLength(whole));
    const lines = whole.split('\n').filter((line) => line !== '');
    // The file is this class's own: its lines are what `append` was given.
    return { file: new AppendOnlyFile(handle), lines: lines.map((line) => JSON.parse(line) as Line) };
  }

  append(lines: readonly Line[]): Promise<void> {
    if (lines.length === 0) return Promise.resolve();
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    this.#last = this.#last.then(async () => {
      await this.#handle.appendFile(text);
      await this.#handle.datasync();
    });
    return this.#last;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#handle.close();
  }
}
