import { once } from 'node:events';
import { clearLine, cursorTo } from 'node:readline';
import { styleText } from 'node:util';
import type { CommandError } from '../command-error.ts';
import { harmless, harmlessJson, harmlessStyled, printable } from './printable.ts';

const TOLD_ELSEWHERE: ReadonlySet<string> = new Set([
  'store_unavailable',
  'store_rejected',
  'sent_cache_unavailable',
]);

export type Style = Parameters<typeof styleText>[0];

/**
 * A command's output: its result on standard output, everything else on standard error. No control character of a message or a server
 * reaches a terminal but the ends of lines and styles of ours.
 */
export class Output {
  readonly isJson: boolean;
  readonly #out: NodeJS.WriteStream;
  readonly #err: NodeJS.WriteStream;

  constructor(
    isJson: boolean,
    out: NodeJS.WriteStream = process.stdout,
    err: NodeJS.WriteStream = process.stderr,
  ) {
    this.isJson = isJson;
    this.#out = out;
    this.#err = err;
  }

  /** How wide a line of a result may be; null where nobody looks at it. */
  get width(): number | null {
    return this.#out.isTTY ? this.#out.columns : null;
  }

  /** Whether progress can be drawn over itself; else only lines are read. */
  get hasScreen(): boolean {
    return this.#err.isTTY;
  }

  /** Whether somebody is there to answer a question. */
  get canAsk(): boolean {
    return !this.isJson && process.stdin.isTTY === true && this.#err.isTTY;
  }

  /** A line of the result. */
  line(text: string): void {
    this.#out.write(`${harmlessStyled(text)}\n`);
  }

  /** The result for machines: one JSON document on one line. */
  json(value: unknown): void {
    const json = JSON.stringify(value);
    this.#out.write(`${this.#out.isTTY ? harmlessJson(json) : json}\n`);
  }

  /** The result: as JSON where that was asked for, else as text. */
  result(value: unknown, text: string): void {
    if (this.isJson) this.json(value);
    else this.line(text);
  }

  /** A line that only people read; nothing where JSON was asked for. */
  remark(text: string): void {
    if (!this.isJson) this.note(text);
  }

  /** A part of a long result, as a file would have it. Resolves when there is room for the next one. */
  async part(text: string): Promise<void> {
    if (!this.#out.write(this.#out.isTTY ? harmless(text) : text)) await once(this.#out, 'drain');
  }

  /** Everything that does not belong to the result. */
  note(text: string): void {
    this.#err.write(`${harmlessStyled(text)}\n`);
  }

  /** Progress, over the line that was drawn before; without a text that one is removed. Nothing where there is no screen. */
  draw(text = ''): void {
    if (!this.hasScreen) return;
    clearLine(this.#err, 0);
    cursorTo(this.#err, 0);
    this.#err.write(printable(text).slice(0, this.#err.columns - 1));
  }

  fail(error: CommandError): void {
    const { message, code, details } = error;
    this.note(
      this.isJson
        ? JSON.stringify({ error: message, code, details })
        : `${this.styleNote('red', 'error:')} ${harmless(message)}`,
    );
    // The API names no address and no file to its callers; whoever operates the server has other places to look at.
    if (!this.isJson && TOLD_ELSEWHERE.has(code)) {
      this.note('The log of the server says why; "messaging-system doctor" looks for it.');
    }
  }

  /** In colour on a terminal, unless NO_COLOR or its like says otherwise. */
  style(style: Style, text: string): string {
    return styleText(style, harmless(text), { stream: this.#out, validateStream: true });
  }

  styleNote(style: Style, text: string): string {
    return styleText(style, harmless(text), { stream: this.#err, validateStream: true });
  }
}
