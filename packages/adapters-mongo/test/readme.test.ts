import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { describeWithMongo } from './support/services.ts';

const PACKAGE = new URL('../', import.meta.url);

async function snippets(): Promise<readonly string[]> {
  const readme = await readFile(new URL('README.md', PACKAGE), 'utf8');
  return [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '');
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

describeWithMongo('the README', (world) => {
  test('shows code that runs', { timeout: 30_000 }, async () => {
    const { uri, db } = world();
    const [use, inTransaction, ...others] = await snippets();
    expect(others).toEqual([]);
    const code = `
      ${use
        ?.replace("'mongodb://127.0.0.1:27017/?replicaSet=rs0'", JSON.stringify(uri))
        .replace("client.db('message')", `client.db(${JSON.stringify(db.databaseName)})`)
        .replace('await client.close();', '')}
      const orders = await client.db(${JSON.stringify(db.databaseName)}).createCollection('orders');
      const order = { number: 1 };
      const message = { phoneNumber: '+905552222222', content: 'Your order is on its way' };
      const clock = new SystemClock();
      ${inTransaction}
      await client.close();
    `;
    expect(await run(code)).toEqual({ exitCode: 0, complaints: '' });
    expect(await db.collection('messages').countDocuments({ status: 'unsent' })).toBe(2);
    expect(await db.collection('orders').countDocuments()).toBe(1);
  });
});
