import { expect, test } from 'vitest';
import { readmeCode, runCode } from '../../../tooling/readme-code.ts';
import { openPlain } from './support/open-store.ts';
import { describeWithPostgres } from './support/services.ts';

const PACKAGE = new URL('../', import.meta.url);

describeWithPostgres('the README', (world) => {
  test('shows code and SQL that run', async () => {
    const { uri } = world();
    const programs = await readmeCode(PACKAGE);
    expect(programs).toHaveLength(3);
    for (const code of programs) {
      const here = code.replaceAll("'postgres://user:password@localhost:5432/shop'", JSON.stringify(uri));
      expect(await runCode(PACKAGE, here)).toMatchObject({ exitCode: 0, complaints: '' });
    }
    const plain = openPlain(uri);
    for (const sql of await readmeCode(PACKAGE, 'sql')) await plain.query(sql);
    const counts = await plain.query(
      'SELECT (SELECT count(*) FROM messaging.messages) AS messages, (SELECT count(*) FROM orders) AS orders',
    );
    expect(counts.rows).toEqual([{ messages: '3', orders: '1' }]);
  }, 60_000);
});
