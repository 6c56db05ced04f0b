import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryHome } from '../support/temporary-home.ts';
import { runCli } from './run-cli.ts';

// Each starts processes, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

const PHONE = '+905551234567';

async function contents(home: string): Promise<readonly string[]> {
  const { stdout } = await runCli(home, ['export', '--direct']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).content);
}

test('a backup of the SQLite file is restored as the help says', async () => {
  const home = temporaryHome();
  await runCli(home, ['send', PHONE, 'before', '--direct']);
  const made = await runCli(home, ['backup', 'copy.db']);
  expect(made).toMatchObject({ exitCode: 0, stderr: '' });
  expect(made.stdout).toMatch(/data\/messages\.db is backed up in copy\.db \([\d,]+ bytes\)\.\n$/);
  await runCli(home, ['send', PHONE, 'after', '--direct']);
  expect(await contents(home)).toEqual(['after', 'before']);

  const path = join(home, 'data/messages.db');
  for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
  renameSync(join(home, 'copy.db'), path);

  expect(await contents(home)).toEqual(['before']);
});

test('a backup writes over nothing, makes no store, and says what is wrong', async () => {
  const home = temporaryHome();
  const none = await runCli(home, ['backup', 'copy.db']);
  expect(none).toMatchObject({ exitCode: 66, stderr: expect.stringContaining('there is no SQLite file') });
  expect(readdirSync(home)).not.toContain('data');

  await runCli(home, ['send', PHONE, 'Hello', '--direct']);
  expect((await runCli(home, ['backup', 'copy.db'])).exitCode).toBe(0);
  const { mtimeMs } = statSync(join(home, 'copy.db'));
  const again = await runCli(home, ['backup', 'copy.db', '--json']);
  expect(again).toMatchObject({ exitCode: 73, stdout: '' });
  expect(JSON.parse(again.stderr)).toMatchObject({
    code: 'no_backup',
    error: expect.stringContaining('copy.db is there already'),
  });
  expect(statSync(join(home, 'copy.db')).mtimeMs).toBe(mtimeMs);

  const missing = await runCli(home, ['backup', 'missing/copy.db']);
  expect(missing.exitCode).toBe(73);
  expect(existsSync(join(home, 'missing'))).toBe(false);
});

test('a backup of messages in MongoDB is the business of mongodump', async () => {
  const { exitCode, stderr } = await runCli(temporaryHome(), ['backup', 'copy.db'], {
    MONGO_URI: 'mongodb://127.0.0.1:1',
  });
  expect(exitCode).toBe(78);
  expect(stderr).toContain('use mongodump');
});
