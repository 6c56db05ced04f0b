import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryHome } from '../support/temporary-home.ts';
import { runCli } from './run-cli.ts';

vi.setConfig({ testTimeout: 120_000 });

test('reads a file larger than the memory that it has', async () => {
  const home = temporaryHome();
  const rows = 1_700;
  const note = 'x'.repeat(20_000);
  const file = join(home, 'large.csv');
  writeFileSync(file, 'phoneNumber,content,note\n');
  for (let row = 0; row < rows; row += 1) appendFileSync(file, `+905551234567,Hello ${row},${note}\n`);
  const { exitCode, stdout, stderr } = await runCli(home, ['import', 'large.csv', '--dry-run', '--json'], {
    NODE_OPTIONS: '--max-old-space-size=32',
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ stored: rows, rejected: 0 });
});
