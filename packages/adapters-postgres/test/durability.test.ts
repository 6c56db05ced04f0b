import { Client } from 'pg';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { warningsOf } from '../src/durability.ts';
import { freshStore, openPlain, openStore } from './support/open-store.ts';
import { describeWithPostgres } from './support/services.ts';

const SAFE = { fsync: true, fullPageWrites: true, hasSynchronousNames: false, standbys: [] };

describe('the durability of a server', () => {
  test('causes no warning with fsync and full_page_writes, and no or only synchronous standbys', () => {
    const standbys = [
      { name: 'one', state: 'sync' },
      { name: 'two', state: 'quorum' },
    ];
    expect(warningsOf(SAFE)).toEqual([]);
    expect(warningsOf({ ...SAFE, hasSynchronousNames: true, standbys })).toEqual([]);
  });

  test('is warned of, setting by setting', () => {
    expect(warningsOf({ ...SAFE, fsync: false })).toEqual([expect.stringContaining('Set fsync to on')]);
    expect(warningsOf({ ...SAFE, fullPageWrites: false })).toEqual([
      expect.stringContaining('Set full_page_writes to on'),
    ]);
    expect(warningsOf({ ...SAFE, fsync: false, fullPageWrites: false })).toHaveLength(2);
  });

  test.each(['async', 'potential'])(
    'is warned of where a failover to a standby loses something: %s',
    (state) => {
      const standbys = [
        { name: 'one', state: 'sync' },
        { name: 'two', state },
      ];
      const [warning, ...others] = warningsOf({ ...SAFE, hasSynchronousNames: true, standbys });
      expect(warning).toContain('standby two: a failover to it loses what it had not received');
      expect(others).toEqual([]);
    },
  );

  test('needs a right to be known where standbys are named, and none where no standby is', () => {
    const standbys = [{ name: 'one', state: null }];
    expect(warningsOf({ ...SAFE, standbys })).toEqual([expect.stringContaining('standby one')]);
    expect(warningsOf({ ...SAFE, hasSynchronousNames: true, standbys })).toEqual([
      expect.stringContaining('GRANT pg_monitor'),
    ]);
  });
});

describeWithPostgres('opening a store', (world) => {
  test('warns exactly of what the server is set to', async () => {
    const plain = openPlain(world().uri);
    const { rows } = await plain.query(
      `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'`,
    );
    const onWarning = vi.fn();
    await freshStore(world(), { onWarning });
    const told = onWarning.mock.calls.map(([text]) => text).filter((text) => text.includes('power cut'));
    expect(told).toHaveLength(rows.length);
    for (const { name } of rows) {
      expect(told).toContainEqual(expect.stringContaining(`runs with ${name} = off`));
    }
  });

  test('warns of a standby that the server does not wait for, also a user who may not see its state', async () => {
    const { uri } = world();
    const name = `standby_${crypto.randomUUID().slice(0, 8)}`;
    await startStandby(uri, name);
    const { schema, plain } = await freshStore(world());
    const role = `reader_${schema}`;
    await plain.query(
      `CREATE ROLE ${role} LOGIN; GRANT USAGE ON SCHEMA ${schema} TO ${role};
       GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`,
    );
    onTestFinished(() => plain.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`).then(() => undefined));
    const asRole = new URL(uri);
    asRole.username = role;
    for (const address of [uri, asRole.href]) {
      const onWarning = vi.fn();
      await openStore({ uri: address, schema, onWarning });
      expect(onWarning).toHaveBeenCalledWith(expect.stringContaining(name));
    }
  });
});

/** Follows the server's log as a standby does, by the protocol of replication. */
async function startStandby(uri: string, name: string): Promise<void> {
  const plain = openPlain(uri);
  const { rows } = await plain.query('SELECT pg_current_wal_lsn()::text AS position');
  // `replication` is a parameter of the protocol that the types of `pg` do not know.
  const config = { connectionString: uri, application_name: name, replication: 'database' };
  const standby = new Client(config);
  standby.on('error', () => undefined);
  onTestFinished(() => standby.end());
  await standby.connect();
  // It is answered when the standby ends.
  standby.query(`START_REPLICATION PHYSICAL ${rows[0].position}`).catch(() => undefined);
  const following = async () =>
    plain.query(
      `SELECT FROM pg_stat_replication WHERE application_name = $1 AND state IN ('catchup', 'streaming')`,
      [name],
    );
  await expect.poll(async () => (await following()).rows).toHaveLength(1);
}
