import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openPlain } from './support/open-store.ts';
import { describeWithPostgres } from './support/services.ts';

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

describeWithPostgres('the README', (world) => {
  test('shows code and SQL that run', async () => {
    const { uri } = world();
    const programs = await snippets('ts');
    expect(programs).toHaveLength(3);
    for (const code of programs) {
      const here = code.replaceAll("'postgres://user:password@localhost:5432/shop'", JSON.stringify(uri));
      expect(await run(here)).toEqual({ exitCode: 0, complaints: '' });
    }
    const plain = openPlain(uri);
    for (const sql of await snippets('sql')) await plain.query(sql);
    const counts = await plain.query(
      'SELECT (SELECT count(*) FROM messaging.messages) AS messages, (SELECT count(*) FROM orders) AS orders',
    );
    expect(counts.rows).toEqual([{ messages: '3', orders: '1' }]);
  }, 60_000);
});
