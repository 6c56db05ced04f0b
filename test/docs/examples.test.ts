import { globSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { typeCheck } from './support/type-check.ts';

const ROOT = join(import.meta.dirname, '../..');
// Inside the workspace, so that its packages are found.
const FOLDER = join(ROOT, '.cache/snippets', `examples-${process.pid}`);
const EXAMPLE = /@example\n \* ```ts\n(.*?) \* ```/gs;

test('every example in the comments of a package compiles', { timeout: 120_000 }, async () => {
  const files = globSync('packages/*/src/**/*.ts', { cwd: ROOT });
  const examples = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(EXAMPLE)].map(([, code = ''], index) => ({
      name: `${basename(file, '.ts')}-${index}.ts`,
      code: code.replaceAll(/^ \* ?/gm, ''),
    })),
  );
  expect(examples.length).toBeGreaterThan(5);
  await mkdir(FOLDER, { recursive: true });
  try {
    for (const { name, code } of examples) await writeFile(join(FOLDER, name), code);
    expect(await typeCheck(FOLDER)).toEqual([]);
  } finally {
    await rm(FOLDER, { recursive: true, force: true });
  }
});
