import { expect, test } from 'vitest';
import { readmeCode, runCode } from '../../../tooling/readme-code.ts';
import { describeWithMongo } from './support/services.ts';

const PACKAGE = new URL('../', import.meta.url);

describeWithMongo('the README', (world) => {
  test('shows code that runs', async () => {
    const { uri, db } = world();
    const [use, inTransaction, ...others] = await readmeCode(PACKAGE);
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
    expect(await runCode(PACKAGE, code)).toMatchObject({ exitCode: 0, complaints: '' });
    expect(await db.collection('messages').countDocuments({ status: 'unsent' })).toBe(2);
    expect(await db.collection('orders').countDocuments()).toBe(1);
  });
});
