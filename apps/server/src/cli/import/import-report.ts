import { resolve } from 'node:path';
import type { Output } from '../output/output.ts';
import { type ImportFigures, rowsPerSecond, shown, shownTime } from './import-figures.ts';
import type { Segments } from './submit-rows.ts';

export interface ImportReport {
  readonly figures: ImportFigures;
  readonly isDryRun: boolean;
  /** Ended by a signal before the end of the file. */
  readonly isInterrupted: boolean;
  readonly rejectFile: string | null;
  /** Whether rows were told apart by what they say, in a file of this name. */
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
