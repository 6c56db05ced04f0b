import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'pg';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { postgresUrl, randomName, withServices } from '../support/services.ts';
import { SpawnedServer } from '../support/spawn-server.ts';
import { temporaryHome } from '../support/temporary-home.ts';
import { runCli } from './run-cli.ts';

// Each starts processes, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

const PHONE = '+905551234567';
const hasServer = postgresUrl !== null;

interface World {
  readonly home: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly pool: Pool;
  readonly schema: string;
  run(...args: readonly string[]): ReturnType<typeof runCli>;
}

/** A schema of its own, gone when the test is over. */
function world(): World {
  const schema = randomName('cli_test_');
  const pool = new Pool({ connectionString: postgresUrl ?? '', max: 2 });
  onTestFinished(async () => {
    await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await pool.end();
  });
  const home = temporaryHome();
  const environment = { POSTGRES_URI: postgresUrl ?? '', POSTGRES_SCHEMA: schema };
  return { home, environment, pool, schema, run: (...args) => runCli(home, args, environment) };
}

describe.skipIf(!hasServer)(withServices('the command line on PostgreSQL', hasServer), () => {
  test('sends, shows, lists, cancels, redrives and erases, without a server', async () => {
    const { run, pool, schema } = world();
    const sent = await run('send', PHONE, 'Hello', '--key', 'k', '--direct', '--json');
    expect(sent.exitCode).toBe(0);
    const { id } = JSON.parse(sent.stdout);
    expect((await run('show', id, '--direct')).stdout).toMatch(/^status +unsent$/m);
    const again = await run('send', PHONE, 'Another', '--key', 'k', '--direct', '--json');
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain('"idempotency_conflict"');
    expect((await run('cancel', id, '--direct')).exitCode).toBe(0);
    await pool.query(`UPDATE ${schema}.messages SET status = 'failed', settled_at = 1`);
    const redriven = await run('redrive', '--status', 'failed', '--yes', '--direct', '--json');
    expect(JSON.parse(redriven.stdout)).toEqual({ redriven: 1 });
    const listed = await run('list', '--status', 'unsent', '--direct', '--json');
    expect(JSON.parse(listed.stdout).items).toMatchObject([{ id, phoneNumber: PHONE }]);
    const stopped = await run('stop', '--all', '--direct');
    expect(stopped.exitCode).toBe(0);
    expect((await pool.query(`SELECT FROM ${schema}.delivery_stop`)).rows).toHaveLength(1);
    await run('start', '--all', '--direct');
    expect((await pool.query(`SELECT FROM ${schema}.delivery_stop`)).rows).toHaveLength(0);
    const erased = await run('erase', PHONE, '--yes', '--direct', '--json');
    expect(JSON.parse(erased.stdout)).toMatchObject({ erased: 1, inFlightIds: [] });
    expect((await pool.query(`SELECT FROM ${schema}.messages`)).rows).toHaveLength(0);
  });

  test('imports a file once, however often it is run, and exports every row of it', async () => {
    const { home, run, pool, schema } = world();
    const rows = Array.from({ length: 2_500 }, (_, n) => `${n},${PHONE},"Text ${n}\nin two lines"`);
    writeFileSync(join(home, 'rows.csv'), ['order,phone,text', ...rows, 'x,nobody,Hello'].join('\n'));
    const columns = ['--key', 'order', '--map', 'phoneNumber=phone', '--map', 'content=text'];
    const results = [];
    for (let time = 0; time < 2; time += 1) {
      const { stdout } = await run('import', 'rows.csv', ...columns, '--direct', '--json');
      results.push(JSON.parse(stdout));
    }
    expect(results).toMatchObject([
      { stored: 2_500, existing: 0, rejected: 1 },
      { stored: 0, existing: 2_500, rejected: 1 },
    ]);
    const { rows: stored } = await pool.query(
      `SELECT count(*)::integer AS count, count(DISTINCT idempotency_key)::integer AS keys FROM ${schema}.messages`,
    );
    expect(stored).toEqual([{ count: 2_500, keys: 2_500 }]);
    const exported = await run('export', '--direct');
    const lines = exported.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(new Set(lines.map(({ content }) => content)).size).toBe(2_500);
    const csv = await run('export', '--format', 'csv', '--direct');
    expect(csv.stdout.match(/^[0-9a-f]{24},/gm)).toHaveLength(2_500);
  });

  test('doctor finds store, sent cache and notifications, and the server that has the same', async () => {
    const { home, environment, schema } = world();
    const server = new SpawnedServer(home, environment);
    const port = { SERVER_PORT: new URL(await server.url()).port };
    const { exitCode, stdout } = await runCli(home, ['doctor'], { ...environment, ...port });
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(stdout).toMatch(
      new RegExp(`^ok +store +PostgreSQL at .*, schema ${schema}, with its indexes`, 'm'),
    );
    expect(stdout).toMatch(/^ok +clock /m);
    expect(stdout).toMatch(/^ok +notifications +arrive/m);
    expect(stdout).toMatch(new RegExp(`^ok +sent cache +PostgreSQL at .*, schema ${schema}$`, 'm'));
    expect(stdout).toMatch(/^ok +same server/m);
  });

  test('doctor warns of an address to listen at that leads elsewhere, or nowhere, and repeats no password', async () => {
    const { home, environment } = world();
    // Notifications stay within their database.
    const elsewhere = new URL(environment.POSTGRES_URI ?? '');
    elsewhere.pathname = '/template1';
    for (const [listen, seen] of [
      [elsewhere.href, /warning +notifications +notifications of PostgreSQL do not arrive/],
      [
        'postgres://ann:pa55word@127.0.0.1:1/shop',
        /warning +notifications +.*cannot be opened.*ECONNREFUSED/,
      ],
    ] as const) {
      const settings = { ...environment, POSTGRES_LISTEN_URI: listen, SERVER_PORT: '1' };
      const { stdout, exitCode } = await runCli(home, ['doctor'], settings);
      expect({ stdout, exitCode }).toEqual({ stdout: expect.stringMatching(seen), exitCode: 0 });
      expect(stdout).toContain('→ Set postgres.listenUri');
      expect(stdout).not.toContain('pa55word');
    }
  });

  test('doctor and the log at the start warn of what the server is set to', async () => {
    const { home, environment, pool } = world();
    const { rows } = await pool.query(`SELECT current_setting('fsync') AS fsync`);
    const told = 'PostgreSQL runs with fsync = off';
    const isOff = rows[0].fsync === 'off';
    const { stdout } = await runCli(home, ['doctor'], { ...environment, SERVER_PORT: '1' });
    expect(/^warning +store +PostgreSQL runs with fsync = off/m.test(stdout)).toBe(isOff);
    const server = new SpawnedServer(home, environment);
    await server.url();
    expect(server.output.includes(told)).toBe(isOff);
  });

  test('doctor says what is wrong with the database, the user or the server', async () => {
    const { home, environment, pool } = world();
    const role = randomName('cli_role_');
    await pool.query(`CREATE ROLE ${role} LOGIN`);
    onTestFinished(() => pool.query(`DROP ROLE ${role}`).then(() => undefined));
    const uriWith = (change: Partial<Pick<URL, 'username' | 'pathname' | 'port'>>): string =>
      Object.assign(new URL(environment.POSTGRES_URI ?? ''), change).href;
    for (const [uri, seen] of [
      [uriWith({ pathname: '/nobody_made_it' }), /failed +store .*\(3D000\): the database does not exist/],
      [uriWith({ username: role }), /failed +store .*\(42501\): the user lacks a right/],
      [uriWith({ port: '1' }), /failed +store .*cannot reach PostgreSQL at .*ECONNREFUSED/],
    ] as const) {
      const settings = { ...environment, POSTGRES_URI: uri, SERVER_PORT: '1' };
      const { exitCode, stdout } = await runCli(home, ['doctor'], settings);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: expect.stringMatching(seen) });
      expect(stdout).toContain('→ Check that PostgreSQL runs, and that the database in postgres.uri exists');
    }
  });
});
