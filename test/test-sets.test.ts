import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { LONG_TESTS } from '../tooling/run-reporter.ts';

const NOT_OURS = ['**/node_modules', '**/.cache', '**/dist'];
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The files that a script of package.json would run. */
async function filesOf(script: string): Promise<readonly string[]> {
  const [runner, run, ...flags] = scripts[script].replaceAll('"', '').split(' ');
  expect([runner, run]).toEqual(['vitest', 'run']);
  const { stdout } = await promisify(execFile)(process.execPath, [
    'node_modules/vitest/vitest.mjs',
    ...['list', '--filesOnly', '--json', ...flags],
  ]);
  const listed: readonly { readonly file: string }[] = JSON.parse(stdout);
  return listed.map(({ file }) => relative('.', file).split(sep).join('/')).sort();
}

test('every test file is run by `npm run test:all`, and by `npm test` unless its name ends in .long.test.ts', async () => {
  const named = globSync('**/*.{test,spec}.{ts,tsx,mts,cts,js,mjs,cjs}', { exclude: NOT_OURS });
  const all = named.map((file) => file.split(sep).join('/')).sort();
  expect(all.length).toBeGreaterThan(200);
  expect(await filesOf('test:all')).toEqual(all);
  expect(await filesOf('test')).toEqual(all.filter((file) => !file.endsWith('.long.test.ts')));
});

test('CONTRIBUTING.md lists the long files, each with a reason', () => {
  const page = readFileSync('CONTRIBUTING.md', 'utf8');
  const rows = [...page.matchAll(/^\| `(.*\.long\.test\.ts)` \| (.+) \|$/gm)];
  const long = globSync(LONG_TESTS, { exclude: NOT_OURS }).map((file) => file.split(sep).join('/'));
  expect(rows.map(([, file]) => file).sort()).toEqual(long.sort());
  expect(rows.filter(([, , reason = '']) => reason.trim().length < 10)).toEqual([]);
});

test('what CI runs is all tests', () => {
  expect(scripts['test:coverage']).toBe(`${scripts['test:all']} --coverage`);
  expect(readFileSync('.ci/run', 'utf8')).toMatch(/^npm run test:all -- --coverage$/m);
  expect(readFileSync('.github/workflows/ci.yml', 'utf8')).toMatch(/- run: \.ci\/run$/m);
});
