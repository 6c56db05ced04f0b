import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FULL_RUN } from '../../../../evidence/support/full-run.ts';
import type { Command } from './parse-command.ts';

const PAGE = join(import.meta.dirname, '../../../../docs/simulation.md');

/** Whether the figures of a run may stand on the page. */
export function isFullSimulation(command: Command): boolean {
  if (command.mutations) {
    const { starts, mostWorlds } = FULL_RUN.mutations;
    return command.only === null && command.starts >= starts && command.mostWorlds >= mostWorlds;
  }
  return (
    command.worlds >= FULL_RUN.simulate.worlds &&
    command.store === 'memory' &&
    Object.keys(command.plan).length === 0
  );
}

/** Puts what a full run found in its place on docs/simulation.md. */
export async function writePart(part: 'worlds' | 'mutations', text: string): Promise<void> {
  await writeFile(PAGE, withPart(await readFile(PAGE, 'utf8'), part, text));
}

/** @throws when the page has no such part */
export function withPart(page: string, part: string, text: string): string {
  const begin = `<!-- ${part}: written by a full run -->\n`;
  const end = `<!-- end of ${part} -->`;
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has no part "${part}"`);
  return `${before}${begin}${text}\n${end}${after}`;
}
