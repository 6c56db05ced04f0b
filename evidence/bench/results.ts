import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('results', import.meta.url));

export function saveResult(name: string, result: unknown): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** What the last run of a suite wrote; null when it was never run. */
export function loadResult<Result>(name: string): Result | null {
  const path = join(FOLDER, `${name}.json`);
  if (!existsSync(path)) return null;
  // Written by `saveResult` alone.
  return JSON.parse(readFileSync(path, 'utf8')) as Result;
}
