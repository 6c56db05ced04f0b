import { expect, onTestFinished, test } from 'vitest';
import { readmeCode, runCode } from '../../../tooling/readme-code.ts';
import { freshPath } from './support/fresh-store.ts';
import { openPlain } from './support/probe.ts';

const PACKAGE = new URL('../', import.meta.url);

test('the README shows code and SQL that run', async () => {
  const path = await freshPath();
  const programs = await readmeCode(PACKAGE);
  expect(programs).toHaveLength(2);
  for (const code of programs) {
    const here = code.replaceAll("'./data/messages.db'", JSON.stringify(path));
    expect(await runCode(PACKAGE, here)).toMatchObject({ exitCode: 0, complaints: '' });
  }

  const plain = openPlain(path);
  onTestFinished(() => plain.close());
  const statements = await readmeCode(PACKAGE, 'sql');
  expect(statements).toHaveLength(1);
  for (const sql of statements) plain.exec(sql);
  const count = (from: string): unknown =>
    plain.prepare(`SELECT count(*) AS count FROM ${from}`).get()?.count;
  expect([count('messages'), count('orders')]).toEqual([3, 1]);
});
