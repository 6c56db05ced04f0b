import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryHome } from '../support/temporary-home.ts';
import { runCli } from './run-cli.ts';

// Each starts processes, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

const LONG = `ş${'a'.repeat(160)}`;

test('send --dry-run checks a message, counts its segments and stores nothing', async () => {
  const home = temporaryHome();
  const { exitCode, stdout } = await runCli(home, ['send', '+905551234567', LONG, '--dry-run', '--json']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, content: LONG, segments: 3, encoding: 'UCS-2' });
  expect(existsSync(join(home, 'data'))).toBe(false);
  const refused = await runCli(home, ['send', '0555', 'Hi', '--dry-run']);
  expect(refused).toMatchObject({
    exitCode: 65,
    stderr: expect.stringContaining('phoneNumber must be an international number'),
  });
});

test('an import says how many segments its messages have, once for each that is stored', async () => {
  const home = temporaryHome();
  writeFileSync(
    join(home, 'rows.csv'),
    `phoneNumber,content\n+905551234567,${LONG}\n+905551234567,Hi\n0555,Hi\n`,
  );
  const run = () => runCli(home, ['import', 'rows.csv', '--direct', '--json']);
  expect(JSON.parse((await run()).stdout).segments).toEqual({ 'GSM-7': 1, 'UCS-2': 3 });
  expect(JSON.parse((await run()).stdout).segments).toEqual({ 'GSM-7': 0, 'UCS-2': 0 });
});

test('exported CSV begins with a byte order mark for spreadsheets, which import takes; a raw one does not', async () => {
  const home = temporaryHome();
  await runCli(home, ['send', '+905551234567', 'Şimdi', '--key', 'k', '--direct']);
  const path = join(home, 'out.csv');
  await runCli(home, ['export', '--format', 'csv', '--output', 'out.csv', '--direct']);
  expect(readFileSync(path, 'utf8')).toMatch(/^\uFEFFid,phoneNumber,content,/);
  const imported = await runCli(home, ['import', 'out.csv', '--dry-run', '--json']);
  expect(JSON.parse(imported.stdout)).toMatchObject({ stored: 1, rejected: 0 });
  const raw = await runCli(home, ['export', '--format', 'csv', '--raw', '--direct']);
  expect(raw.stdout).toMatch(/^id,phoneNumber,content,/);
});

test('export refuses --raw with NDJSON, where it means nothing', async () => {
  const { exitCode, stderr } = await runCli(temporaryHome(), ['export', '--raw', '--direct']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 64, stderr: expect.stringContaining('--format csv') });
});
