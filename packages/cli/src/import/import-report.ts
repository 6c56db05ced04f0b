import { resolve } from 'node:path';
import type { Output } from '../output/output.ts';
import { addedSegments, NO_SEGMENTS, type Segments, type Submitted } from './submit-rows.ts';

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

export interface ImportReport {
  readonly figures: ImportFigures;
  readonly isDryRun: boolean;
  /** Ended by a signal before the end of the file. */
  readonly isInterrupted: boolean;
  readonly rejectFile: string | null;
  /** Whether rows were distinguished by their content, in a file of this name. */
  readonly keysBySource: string | null;
  /** The names that were not looked at. */
  readonly notUsed: readonly string[];
}

function segmentsText(segments: Segments): string {
  const parts = Object.entries(segments).filter(([, count]) => count > 0);
  return parts
    .map(([encoding, count]) => `${shown(count)} ${count === 1 ? 'segment' : 'segments'} in ${encoding}`)
    .join(', ');
}

export function showReport(report: ImportReport, output: Output): void {
  const { figures, isDryRun, isInterrupted, rejectFile, keysBySource, notUsed } = report;
  const { stored, existing, rejected, segments, elapsedMs } = figures;
  const rows = stored + existing + rejected;
  if (output.isJson) {
    output.json({
      rows,
      stored,
      existing,
      rejected,
      segments,
      dryRun: isDryRun,
      interrupted: isInterrupted,
      rejectFile: rejectFile === null ? null : resolve(rejectFile),
      notUsed,
      durationMs: Math.round(elapsedMs),
    });
    return;
  }
  const took = `in ${shownTime(elapsedMs)}, ${shown(rowsPerSecond(rows, elapsedMs))} rows/s`;
  const parts = [
    `${shown(stored)} ${isDryRun ? 'would be stored' : 'stored'}`,
    ...(existing === 0 ? [] : [`${shown(existing)} there already`]),
    `${shown(rejected)} rejected`,
  ];
  output.line(`${parts.join(', ')} (${took})`);
  if (stored > 0) output.line(`As SMS: ${segmentsText(segments)}`);
  if (rejectFile !== null) output.line(`Rejected rows: ${rejectFile}`);
  if (isInterrupted) {
    output.note(
      'Ended before the end of the file. Run the same command again: what is stored is not stored twice.',
    );
  } else if (keysBySource !== null && existing > 0 && stored === 0) {
    output.note(
      `Nothing new: these rows were imported before as "${keysBySource}". If they are to be sent once more, name the import: --source NAME`,
    );
  }
}

/** How far an import is. */
export interface ImportFigures {
  readonly stored: number;
  readonly existing: number;
  readonly rejected: number;
  readonly segments: Segments;
  /** Of the file, as far as every row of it is stored or rejected. */
  readonly bytes: number;
  /** Null: nobody knows, as of a pipe. */
  readonly totalBytes: number | null;
  readonly elapsedMs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** `31% · 310,000 rows · 12,400 rows/s · about 1m 10s left · 12 rejected`, and why it waits, should it. */
function progressLine(figures: ImportFigures, waitingFor: string | null): string {
  const { stored, existing, rejected, bytes, totalBytes, elapsedMs } = figures;
  const rows = stored + existing + rejected;
  const left = totalBytes === null ? null : leftMs(bytes, totalBytes, elapsedMs);
  return [
    ...(totalBytes === null ? [] : [`${Math.floor(share(bytes, totalBytes) * 100)}%`]),
    `${shown(rows)} rows`,
    `${shown(rowsPerSecond(rows, elapsedMs))} rows/s`,
    ...(left === null ? [] : [`about ${shownTime(left)} left`]),
    ...(rejected === 0 ? [] : [`${shown(rejected)} rejected`]),
    ...(waitingFor === null ? [] : [`waiting: ${waitingFor}`]),
  ].join(' · ');
}

function rowsPerSecond(rows: number, elapsedMs: number): number {
  return elapsedMs === 0 ? 0 : Math.round((rows * SECOND) / elapsedMs);
}

/** As one would say it: `40s`, `1m 10s`, `2h 5m`. */
function shownTime(ms: number): string {
  if (ms < MINUTE) return `${Math.ceil(ms / SECOND)}s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m ${Math.floor((ms % MINUTE) / SECOND)}s`;
  return `${Math.floor(ms / HOUR)}h ${Math.floor((ms % HOUR) / MINUTE)}m`;
}

export function shown(count: number): string {
  return count.toLocaleString('en');
}

/** Null as long as nothing can be said. */
function leftMs(bytes: number, totalBytes: number, elapsedMs: number): number | null {
  return bytes === 0 ? null : (elapsedMs * Math.max(0, totalBytes - bytes)) / bytes;
}

function share(bytes: number, totalBytes: number): number {
  return totalBytes === 0 ? 1 : Math.min(1, bytes / totalBytes);
}
