// That the pages show these very files. testing.md shows a test of this folder, which runs as it is.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const BLOCK = /^(?<mark>[^\n]*)\n```ts\n(?<code>.*?)^```$/gms;

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const pages = globSync('docs/cookbook/*.md', { cwd: ROOT }).sort();
const shown = pages.flatMap((page) =>
  [...read(page).matchAll(BLOCK)].map(({ groups }) => ({
    page,
    file: /<!-- file: (\S+) -->$/.exec(groups?.mark ?? '')?.[1] ?? '',
    code: groups?.code ?? '',
  })),
);

test('every block of code is a file of this example, word for word', () => {
  expect(shown.length).toBeGreaterThan(10);
  expect(shown.filter(({ file }) => !file.startsWith('examples/cookbook/'))).toEqual([]);
  for (const { page, file, code } of shown) expect(code, `${page}: ${file}`).toBe(read(file));
});

test('every source of this example is shown', () => {
  const sources = globSync('examples/cookbook/src/**/*.ts', { cwd: ROOT }).sort();
  expect(sources.length).toBeGreaterThan(10);
  expect(sources.filter((source) => !shown.some(({ file }) => file === source))).toEqual([]);
});

test('every test that is shown is one that runs', () => {
  const tests = shown.filter(({ file }) => file.startsWith('examples/cookbook/test/'));
  expect(tests.map(({ file }) => file)).toEqual(['examples/cookbook/test/confirm-order.test.ts']);
});

test('the index names every page', () => {
  const index = read('docs/cookbook/README.md');
  const names = pages
    .map((page) => page.slice('docs/cookbook/'.length))
    .filter((name) => name !== 'README.md');
  expect(names.filter((name) => !index.includes(`](${name})`))).toEqual([]);
});
