import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** One run of the compiler over all that was written below a folder; what it complains of, by the line. */
export async function typeCheck(folder: string): Promise<readonly string[]> {
  if (globSync('**/*.ts', { cwd: folder }).length === 0) return [];
  const settings = {
    extends: join(ROOT, 'tsconfig.base.json'),
    compilerOptions: { isolatedDeclarations: false, declaration: false },
    include: [folder],
  };
  const path = join(folder, 'tsconfig.json');
  await writeFile(path, JSON.stringify(settings));
  const { output, complaints } = await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', path], {
    cwd: ROOT,
    env: { PATH: `${process.execPath.replace(/\/node$/, '')}:${process.env.PATH ?? ''}` },
    withinMs: 90_000,
  });
  return `${output}${complaints}`.split('\n').filter((line) => line.trim() !== '');
}
