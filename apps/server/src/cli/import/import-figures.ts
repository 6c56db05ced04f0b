import type { Segments } from './submit-rows.ts';

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
export function progressLine(figures: ImportFigures, waitingFor: string | null): string {
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

export function rowsPerSecond(rows: number, elapsedMs: number): number {
  return elapsedMs === 0 ? 0 : Math.round((rows * SECOND) / elapsedMs);
}

/** As one would say it: `40s`, `1m 10s`, `2h 5m`. */
export function shownTime(ms: number): string {
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
