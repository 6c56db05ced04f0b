import type { Output } from '../output/output.ts';
import { type ImportFigures, progressLine } from './import-figures.ts';
import { addedSegments, NO_SEGMENTS, type Submitted } from './submit-rows.ts';

const REDRAW_MS = 100;
const LINE_EVERY_MS = 5_000;
const BAR_WIDTH = 24;

/** Counts, and shows how far it is: one line that is drawn over itself on a terminal, else a line now and then. */
export class ImportProgress implements Disposable {
  readonly #output: Output;
  readonly #totalBytes: number | null;
  readonly #began = performance.now();
  readonly #timer: NodeJS.Timeout;
  #counts = { stored: 0, existing: 0, rejected: 0, segments: NO_SEGMENTS, bytes: 0 };
  #waitingFor: string | null = null;

  constructor(output: Output, totalBytes: number | null) {
    this.#output = output;
    this.#totalBytes = totalBytes;
    this.#timer = setInterval(() => this.#draw(), output.hasScreen ? REDRAW_MS : LINE_EVERY_MS).unref();
  }

  get figures(): ImportFigures {
    return { ...this.#counts, totalBytes: this.#totalBytes, elapsedMs: performance.now() - this.#began };
  }

  /** A batch is done. */
  add({ stored, existing, segments, rejects }: Submitted, bytes: number): void {
    const counts = this.#counts;
    this.#counts = {
      stored: counts.stored + stored,
      existing: counts.existing + existing,
      rejected: counts.rejected + rejects.length,
      segments: addedSegments(counts.segments, segments),
      bytes: counts.bytes + bytes,
    };
    this.#waitingFor = null;
  }

  waiting(reason: string): void {
    this.#waitingFor = reason;
  }

  /** A line that stays. */
  note(text: string): void {
    this.#output.draw();
    this.#output.note(text);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#output.draw();
  }

  #draw(): void {
    const { hasScreen, isJson } = this.#output;
    const line = progressLine(this.figures, this.#waitingFor);
    if (hasScreen)
      this.#output.draw(this.#totalBytes === null ? line : `${this.#bar(this.#totalBytes)} ${line}`);
    else if (!isJson) this.#output.note(line);
  }

  #bar(totalBytes: number): string {
    const full = totalBytes === 0 ? BAR_WIDTH : Math.floor((this.#counts.bytes / totalBytes) * BAR_WIDTH);
    return '█'.repeat(Math.min(BAR_WIDTH, full)).padEnd(BAR_WIDTH, '░');
  }
}
