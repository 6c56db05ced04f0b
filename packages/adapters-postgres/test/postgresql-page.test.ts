// Runs the SQL of docs/postgresql.md, with names of the test's own in place of the roles and the database.
import { readFile } from 'node:fs/promises';
import { aNewMessage } from '@messaging-system/contract-tests';
import { Pool } from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { claimIds, insertMany, openPlain, openStore } from './support/open-store.ts';
import { describeWithPostgres } from './support/services.ts';

const PAGE = new URL('../../../docs/postgresql.md', import.meta.url);
const HAS_MAINTAIN = 170_000;

async function blocks(): Promise<readonly string[]> {
  const page = await readFile(PAGE, 'utf8');
  return [...page.matchAll(/```sql\n(.*?)```/gs)].map(([, sql]) => sql ?? '');
}

describeWithPostgres('the page about PostgreSQL', (world) => {
  test('shows rights that suffice, and a trigger that notifies', async () => {
    const { uri, freshName } = world();
    const name = freshName();
    const here = (sql = ''): string =>
      sql
        .replaceAll('messaging_owner', `owner_${name}`)
        .replaceAll('messaging_app', `app_${name}`)
        .replace('DATABASE messaging ', `DATABASE ${name} `);
    const [create, grant, more, trigger, look, ...others] = (await blocks()).map(here);
    expect(others).toEqual([]);

    const server = openPlain(uri);
    for (const statement of create?.split(/(?<=;)\n/) ?? []) await server.query(statement);
    onTestFinished(async () => {
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.query(`DROP ROLE IF EXISTS app_${name}; DROP ROLE owner_${name}`);
    });
    const addressOf = (user: string): string => {
      const address = new URL(uri);
      [address.username, address.password, address.pathname] = [user, 'secret', `/${name}`];
      return address.href;
    };
    const asOwner = await openStore({ uri: addressOf(`owner_${name}`) });

    const inside = new URL(uri);
    inside.pathname = `/${name}`;
    const admin = new Pool({ connectionString: inside.href, max: 1 });
    admin.on('error', () => undefined);
    onTestFinished(() => admin.end());
    await admin.query(grant ?? '');
    const { rows } = await admin.query(`SELECT current_setting('server_version_num')::integer AS version`);
    const canVacuum = rows[0].version >= HAS_MAINTAIN;
    if (canVacuum) await admin.query(more ?? '');

    const store = await openStore({ uri: addressOf(`app_${name}`) });
    const [, second] = await insertMany(store, 2);
    expect(await claimIds(store, { limit: 1 })).toHaveLength(1);
    await store.messages.tryWrite();
    const erased = await store.messages.erase(second?.phoneNumber ?? '', 10);
    expect(erased.copiesRemain ?? false).toBe(!canVacuum);

    const heard = vi.fn();
    const listener = await admin.connect();
    listener.on('notification', heard);
    await listener.query('LISTEN messaging_due');
    await listener.query(trigger ?? '');
    await listener.query('BEGIN');
    await asOwner.messages.withConnection(listener).insert([aNewMessage()]);
    await listener.query('COMMIT');
    await expect.poll(() => heard).toHaveBeenCalled();
    await listener.query(look ?? '');
    listener.release();
  }, 60_000);
});
