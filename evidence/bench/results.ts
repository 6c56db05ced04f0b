import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'results');

export function saveResult(name: string, result: unknown): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** The output of a suite's last run; null when it was never run. */
export function loadResult<Result>(name: string): Result | null {
  const path = join(FOLDER, `${name}.json`);
  if (!existsSync(path)) return null;
  // Written by `saveResult` alone.
  return JSON.parse(readFileSync(path, 'utf8')) as Result;
}
