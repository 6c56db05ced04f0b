import { writeSync } from 'node:fs';

/** The most bytes that may wait for a slow reader. */
const MOST_WAITING = 1_048_576;
const RETRY_MS = 20;

/** How long the end of the process may wait for a reader. */
const LAST_FLUSH_MS = 500;

const STANDARD_OUTPUT = 1;
const NOTHING = Buffer.alloc(0);
const LINE_BREAK = 10;

/** Lines that were never written whole, and why. */
export interface LostLines {
  readonly count: number;
  /** The system's code: ENOSPC for a full disk, EPIPE for a reader that is gone, EAGAIN for one that stalls. */
  readonly reason: string;
}

/**
 * Standard output for log lines, each written before the call returns where the system takes it at once. No line can
 * end or stop the process:
 *
 * - a reader that stalls: lines wait in memory, up to a bound, and are then lost;
 * - any other fault (full disk, reader gone): the line is lost.
 *
 * Lost lines are counted. `onRecovered` hears of them as soon as a line could be written again.
 */
export class LogOutput {
  onRecovered: (lost: LostLines) => void = () => {};
  #waiting: Buffer = NOTHING;
  #retry: NodeJS.Timeout | null = null;
  /** A fault cut a line off: the next one begins on a line of its own. */
  #isMidLine = false;
  #lost: LostLines | null = null;
  #lostInAll = 0;

  constructor() {
    process.on('exit', () => this.#flushLast());
  }

  /** Lines lost since the start of the process. */
  get lostInAll(): number {
    return this.#lostInAll;
  }

  write(line: string): void {
    const bytes = Buffer.from(this.#isMidLine ? `\n${line}` : line);
    if (this.#waiting.length > 0) this.#wait(bytes);
    else this.#write(bytes);
  }

  #write(bytes: Buffer): void {
    let written = 0;
    try {
      waitForNoReader();
      while (written < bytes.length) written += writeSync(STANDARD_OUTPUT, bytes, written);
      this.#waiting = NOTHING;
      this.#isMidLine = false;
    } catch (error) {
      const rest = bytes.subarray(written);
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      if (code === 'EAGAIN') this.#retryLater(rest);
      else this.#lose(code, rest, written > 0 && bytes[written - 1] !== LINE_BREAK);
      return;
    }
    this.#tellOfLost();
  }

  #retryLater(rest: Buffer): void {
    this.#waiting = rest;
    // Not kept alive by it: what still waits at the end is given one last, short chance.
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.#write(this.#waiting);
    }, RETRY_MS).unref();
  }

  #wait(bytes: Buffer): void {
    if (this.#waiting.length + bytes.length > MOST_WAITING) this.#count('EAGAIN', 1);
    else this.#waiting = Buffer.concat([this.#waiting, bytes]);
  }

  #lose(reason: string, rest: Buffer, isCutOff: boolean): void {
    this.#waiting = NOTHING;
    this.#isMidLine ||= isCutOff;
    this.#count(reason, Math.max(1, rest.toString().split('\n').length - 1));
  }

  #count(reason: string, lines: number): void {
    this.#lost = { count: (this.#lost?.count ?? 0) + lines, reason };
    this.#lostInAll += lines;
  }

  #tellOfLost(): void {
    const lost = this.#lost;
    if (lost === null) return;
    this.#lost = null;
    this.onRecovered(lost);
  }

  #flushLast(): void {
    const until = performance.now() + LAST_FLUSH_MS;
    const pause = new Int32Array(new SharedArrayBuffer(4));
    while (this.#waiting.length > 0) {
      this.#write(this.#waiting);
      if (this.#waiting.length === 0 || performance.now() >= until) return;
      Atomics.wait(pause, 0, 0, RETRY_MS);
    }
  }
}

/**
 * Whether a write waits for the reader of a pipe is said by a flag that all processes share which inherited it. Node.js
 * sets it to waiting in each child that it starts, and when it ends: so it is cleared before every write.
 */
function waitForNoReader(): void {
  // No public function clears it. Files and terminals have no such handle, or one on a descriptor of its own.
  const { _handle: handle } = process.stdout as {
    readonly _handle?: { setBlocking?(wanted: boolean): void };
  };
  handle?.setBlocking?.(false);
}
