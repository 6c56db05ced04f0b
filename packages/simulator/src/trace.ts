/** The events, line by line, or nothing where nobody reads them. */
export class Trace {
  readonly #lines: string[] | null;
  readonly #now: () => number;

  constructor(isKept: boolean, now: () => number) {
    this.#lines = isKept ? [] : null;
    this.#now = now;
  }

  get lines(): readonly string[] {
    return this.#lines ?? [];
  }

  /** The text is made only if it is kept. */
  add(who: string, text: () => string): void {
    if (this.#lines === null) return;
    this.#lines.push(`${stamp(this.#now())} ${who.padEnd(5)} ${text()}`);
  }
}

function stamp(ms: number): string {
  const [whole = '0', part = '000'] = (ms / 1000).toFixed(3).split('.');
  return `${whole.padStart(4)}.${part}`;
}
