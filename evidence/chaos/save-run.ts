import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChaosRun, markdown } from './report.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const RECORD = join(DOCS, 'reliability.json');

/** Puts a full run in the place of the last one of its store, and writes the page from what is on record. */
export async function saveRun(run: ChaosRun): Promise<void> {
  const others = (await recordedRuns()).filter(({ store }) => store !== run.store);
  const runs = [...others, run].sort((one, other) => (one.store < other.store ? 1 : -1));
  await writeFile(RECORD, `${JSON.stringify({ runs }, null, 2)}\n`);
  await writeFile(join(DOCS, 'reliability.md'), markdown(runs));
}

async function recordedRuns(): Promise<readonly ChaosRun[]> {
  // Written by `saveRun`. The record of a version that ran all stores at once cannot be taken apart: it gives way.
  const { runs } = JSON.parse(await readFile(RECORD, 'utf8')) as { readonly runs?: readonly ChaosRun[] };
  return runs ?? [];
}
