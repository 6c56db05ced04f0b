import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteStore } from '@messaging-system/adapters-sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { SpawnedServer } from '../support/spawn-server.ts';
import { temporaryHome } from '../support/temporary-home.ts';
import { runCli } from './run-cli.ts';

// Each starts processes, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

const HELLO = { phoneNumber: '+905551234567', content: 'Hello' };
const NOBODY_LISTENS = 'http://127.0.0.1:1/hook?token=pa55word';
const ALL_WELL = 'Nothing is wrong';

function portOf(url: string): Readonly<Record<string, string>> {
  return { SERVER_PORT: new URL(url).port };
}

async function send(url: string): Promise<void> {
  await fetch(`${url}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(HELLO),
  });
}

test('says of a server that has another webhook and store that something else was checked', async () => {
  const theirs = temporaryHome();
  const server = new SpawnedServer(theirs, { CLIENT_URL: NOBODY_LISTENS });
  const url = await server.url();
  const { exitCode, stdout } = await runCli(temporaryHome(), ['doctor'], portOf(url));
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/same server +it delivers to http:\/\/127\.0\.0\.1:1\/hook, and here .* sandbox/);
  expect(stdout).toContain(`it keeps messages in SQLite ${theirs}/data/messages.db, and here`);
  expect(stdout).toContain('export the same variables as it has and stand in the same folder, or give --url');
  expect(stdout).not.toContain(ALL_WELL);
  expect(stdout).not.toContain('pa55word');
});

test('says of a server with the same settings that nothing is wrong, whatever its folder is called', async () => {
  const home = temporaryHome();
  const settings = { SQLITE_PATH: 'ünïque 100%.db' };
  const server = new SpawnedServer(home, settings);
  const { exitCode, stdout } = await runCli(home, ['doctor'], { ...settings, ...portOf(await server.url()) });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining(ALL_WELL) });
  expect(stdout).toMatch(/^ok +same server/m);
});

test('does not upgrade the SQLite file of an earlier release, and says how to be able to go back', async () => {
  const home = temporaryHome();
  const path = join(home, 'data/messages.db');
  await (await SqliteStore.open({ path })).close();
  using file = new DatabaseSync(path);
  const version = (): number => Number(file.prepare('PRAGMA user_version').get()?.user_version);
  file.exec(`PRAGMA user_version = ${version() - 1}`);
  const older = version();
  const { exitCode, stdout } = await runCli(home, ['doctor']);
  expect(stdout).toMatch(/warning +store +SQLite .* is of an earlier release, and was not opened/);
  expect(stdout).toContain('messaging-system backup FILE');
  expect({ exitCode, version: version() }).toEqual({ exitCode: 0, version: older });
});

test.skipIf(process.platform === 'win32')(
  'warns about a SQLite file that others can read, and names the command that changes it',
  async () => {
    const home = temporaryHome();
    await (await SqliteStore.open({ path: join(home, 'data/messages.db') })).close();
    expect((await runCli(home, ['doctor'])).stdout).not.toContain('file rights');
    chmodSync(join(home, 'data/messages.db'), 0o644);
    const { stdout } = await runCli(home, ['doctor']);
    expect(stdout).toMatch(/file rights +other users of this machine can read .*messages\.db/);
    expect(stdout).toContain(`Run: chmod 600 ${home}/data/messages.db`);
  },
);

test('warns of each variable with the usual name of another program, and never quotes its value', async () => {
  const meant = {
    MONGODB_URI: 'MONGO_URI',
    REDIS_URL: 'REDIS_URI',
    DATABASE_URL: 'POSTGRES_URI',
    POSTGRES_URL: 'POSTGRES_URI',
    MYSQL_URL: 'POSTGRES_URI, MONGO_URI or SQLITE_PATH',
    WEBHOOK_URL: 'CLIENT_URL',
  };
  const given = Object.fromEntries(
    Object.keys(meant).map((name) => [
      name,
      `${name === 'MYSQL_URL' ? 'mysql' : 'postgres'}://user:pa55word@x`,
    ]),
  );
  const { stdout } = await runCli(temporaryHome(), ['doctor'], given);
  for (const [name, setting] of Object.entries(meant)) {
    expect(stdout).toMatch(
      new RegExp(`^warning +configuration +environment variable ${name} .*did you mean ${setting}\\?`, 'm'),
    );
  }
  expect(stdout).not.toContain('pa55word');
});

test('with --url says what the server tells, and that it asked nothing else', async () => {
  const server = new SpawnedServer(temporaryHome());
  const asked = ['doctor', '--url', await server.url()];
  const { exitCode, stdout } = await runCli(temporaryHome(), asked);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Only the server was asked; the rest was not checked.');
  expect(stdout).not.toContain(ALL_WELL);
});

test.each([
  ['whose breaker is open', { BREAKER_FAILURE_THRESHOLD: '1' }, /failed +deliveries +the breaker is open/],
  [
    'whose deliveries fail again and again',
    {},
    /failed +deliveries +the last \d+ did not succeed: connection_refused/,
  ],
])('finds a server %s', async (_, settings, seen) => {
  const server = new SpawnedServer(temporaryHome(), {
    CLIENT_URL: NOBODY_LISTENS,
    RETRY_BASE_DELAY: '0s',
    PROCESSOR_INTERVAL: '50ms',
    BREAKER_FAILURE_THRESHOLD: '1000000',
    RETRY_MAX_ATTEMPTS: '1000',
    ...settings,
  });
  const url = await server.url();
  await send(url);
  await expect.poll(() => server.output.match(/will retry|delivery pauses/g)?.length ?? 0).toBeGreaterThan(0);
  await expect
    .poll(async () => (await runCli(temporaryHome(), ['doctor', '--url', url])).stdout)
    .toMatch(seen);
  const { exitCode, stdout } = await runCli(temporaryHome(), ['doctor', '--url', url]);
  expect({ exitCode, stdout }).toEqual({
    exitCode: 1,
    stdout: expect.stringContaining('Something has to be put right.'),
  });
});

test('says why Redis cannot be used, here and in a server that is ready without it, and repeats no password', async () => {
  const settings = { REDIS_URI: 'redis://:pa55word@127.0.0.1:1' };
  const server = new SpawnedServer(temporaryHome(), settings);
  const url = await server.url();
  const there = await runCli(temporaryHome(), ['doctor', '--url', url]);
  expect(there.stdout).toMatch(/warning +server +sent cache cannot be used by it: econnrefused/);
  const here = await runCli(temporaryHome(), ['doctor'], { ...settings, SERVER_PORT: '1' });
  expect(here.stdout).toMatch(/warning +sent cache +Redis at 127\.0\.0\.1:1: .*ECONNREFUSED/);
  expect(there.stdout + here.stdout + server.output).not.toContain('pa55word');
});

test('finds messages that were given up', async () => {
  const server = new SpawnedServer(temporaryHome(), { CLIENT_URL: NOBODY_LISTENS, RETRY_MAX_ATTEMPTS: '1' });
  const url = await server.url();
  await send(url);
  await expect
    .poll(async () => (await runCli(temporaryHome(), ['doctor', '--url', url])).stdout)
    .toMatch(/warning +queue +1 failed\n.*list --status failed/);
});

test('warns once of a stop for all, also while no server runs', async () => {
  const home = temporaryHome();
  const server = new SpawnedServer(home);
  const there = portOf(await server.url());
  expect((await runCli(home, ['stop', '--all'], there)).exitCode).toBe(0);
  const stopped =
    /^warning +deliveries +stopped for all servers by .+ since 20.+\n.*"messaging-system start --all" ends it\.$/gm;
  const beside = await runCli(home, ['doctor'], there);
  expect(beside.stdout).toMatch(/^ok +server /m);
  expect(beside.stdout.match(stopped)).toHaveLength(1);
  server.signal('SIGTERM');
  await server.ended();
  const alone = await runCli(home, ['doctor'], there);
  expect(alone.stdout).toMatch(/^skipped +server /m);
  expect(alone.stdout.match(stopped)).toHaveLength(1);
  expect(alone.stdout).not.toContain(ALL_WELL);
});

test('warns of ambiguous statuses that change nothing, since the policy sends again', async () => {
  const statuses = { CLIENT_AMBIGUOUS_STATUSES: '503' };
  const { stdout } = await runCli(temporaryHome(), ['doctor'], statuses);
  expect(stdout).toMatch(/warning +configuration +client.ambiguousStatuses prevents no duplicates/);
  const held = await runCli(temporaryHome(), ['doctor'], { ...statuses, DELIVERY_AMBIGUITY: 'hold' });
  expect(held.stdout).not.toContain('client.ambiguousStatuses');
});

test('names a variable that looks like a setting, also next to other problems', async () => {
  const mistyped = { CLIENT_ULR: 'http://receiver.example' };
  const right = await runCli(temporaryHome(), ['doctor'], mistyped);
  expect(right.stdout).toMatch(/warning +configuration +environment variable CLIENT_ULR is not a setting/);
  expect(right.stdout).not.toContain(ALL_WELL);
  const wrong = await runCli(temporaryHome(), ['doctor'], { ...mistyped, CLIENT_TIMEOUT: '15' });
  expect(wrong.stdout).toMatch(/warning +configuration +environment variable CLIENT_ULR is not a setting/);
});

test('looks for the proxy, where deliveries go through one', async () => {
  const settings = { CLIENT_URL: 'https://receiver.invalid/hook', CLIENT_PROXY: 'http://127.0.0.1:1' };
  const { exitCode, stdout } = await runCli(temporaryHome(), ['doctor'], settings);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /failed +webhook +deliveries go to https:\/\/receiver\.invalid\/hook through a proxy; 127\.0\.0\.1:1 cannot be reached/,
  );
});

test.each([
  ['an address', '127.0.0.1'],
  ['a name', 'localhost'],
])('applies the address policy of the deliveries to the webhook: %s', async (_what, host) => {
  const listener = createServer();
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => void listener.close());
  // A TCP server's address is never a pipe's name.
  const { port } = listener.address() as AddressInfo;
  const settings = { CLIENT_URL: `http://${host}:${port}/hook`, SERVER_PORT: '1' };
  const free = await runCli(temporaryHome(), ['doctor'], settings);
  expect(free.stdout).toMatch(/ok +webhook .* can be reached/);
  const { exitCode, stdout } = await runCli(temporaryHome(), ['doctor'], {
    ...settings,
    CLIENT_ADDRESS_POLICY: 'public',
  });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /failed +webhook .*the address is not a public one\n.*client\.addressPolicy is public/,
  );
});

test('says once what is wrong with a SQLite file, and gives no advice against the one in the text', async () => {
  const home = temporaryHome();
  const file = join(home, 'notes.db');
  writeFileSync(file, 'no database '.repeat(1_000));
  const { exitCode, stdout } = await runCli(home, ['doctor'], { SQLITE_PATH: file });
  expect(exitCode).toBe(1);
  const [, text = '', next = ''] = /^failed +store +(.*)\n(.*)$/m.exec(stdout) ?? [];
  expect(text).toContain('give the path of another file');
  expect(text.match(/file is not a database/g)).toHaveLength(1);
  expect(next).not.toContain('→');
});
