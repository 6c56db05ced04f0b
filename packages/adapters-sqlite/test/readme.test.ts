import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { freshPath } from './support/fresh-store.ts';
import { openPlain } from './support/probe.ts';

const PACKAGE = new URL('../', import.meta.url);

async function snippets(language: string): Promise<readonly string[]> {
  const readme = await readFile(new URL('README.md', PACKAGE), 'utf8');
  return [...readme.matchAll(/```(\w+)\n(.*?)```/gs)]
    .filter(([, marked]) => marked === language)
    .map(([, , code]) => code ?? '');
}

/** Runs TypeScript as a module of this package; what it wrote to its error output is in the failure. */
async function run(code: string): Promise<{ readonly exitCode: unknown; readonly complaints: string }> {
  const child = spawn(
    process.execPath,
    ['--conditions=@messaging-system/source', '--input-type=module-typescript', '--eval', code],
    { cwd: PACKAGE, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode, complaints };
}

test('the README shows code and SQL that run', async () => {
  const path = await freshPath();
  const programs = await snippets('ts');
  expect(programs).toHaveLength(2);
  for (const code of programs) {
    const here = code.replaceAll("'./data/messages.db'", JSON.stringify(path));
    expect(await run(here)).toEqual({ exitCode: 0, complaints: '' });
  }

  const plain = openPlain(path);
  onTestFinished(() => plain.close());
  const statements = await snippets('sql');
  expect(statements).toHaveLength(1);
  for (const sql of statements) plain.exec(sql);
  const count = (from: string): unknown =>
    plain.prepare(`SELECT count(*) AS count FROM ${from}`).get()?.count;
  expect([count('messages'), count('orders')]).toEqual([3, 1]);
});
