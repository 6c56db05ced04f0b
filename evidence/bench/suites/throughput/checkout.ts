import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { headCommit } from '../../../support/present-commit.ts';

export interface Checkout {
  readonly commit: string;
  /** The contenders that its benchmark knows. */
  readonly contenders: ReadonlySet<string>;
  readonly processUrl: URL;
}

// Where a checkout has the process of a contender: the places it has been at.
const FOLDERS = ['evidence/bench/suites/throughput', 'bench/src/suites/throughput', 'bench/src/throughput'];

/** Another checkout of this repository, with its dependencies installed. @throws when it has no benchmark */
export function checkoutOf(path: string): Checkout {
  const folder = FOLDERS.find((candidate) => existsSync(join(path, candidate, 'contender-main.ts')));
  if (folder === undefined) throw new Error(`${path} is not a checkout with a benchmark`);
  const names = readFileSync(join(path, folder, 'contenders.ts'), 'utf8').matchAll(
    /^ {2}'?([\w-]+)'?: (?:\{$|\w+\()/gm,
  );
  return {
    commit: headCommit(path),
    contenders: new Set([...names].map(([, name]) => name ?? '')),
    processUrl: pathToFileURL(join(path, folder, 'contender-main.ts')),
  };
}
