import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RejectFile } from '../src/import/reject-file.ts';

test.skipIf(process.platform === 'win32')('only the own user can read files of rejected rows', async () => {
  const umask = process.umask(0);
  onTestFinished(() => void process.umask(umask));
  const folder = mkdtempSync(join(tmpdir(), 'rejects-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const reject = { line: 1, lastLine: 1, problems: ['bad'], values: { phoneNumber: '1' }, text: null };
  // The second one finds the name taken.
  for (const _ of [1, 2]) {
    await using file = new RejectFile(join(folder, 'rows.rejects.ndjson'), null, false);
    await file.write([reject]);
  }
  const rights = readdirSync(folder).map((name) => [
    name,
    (statSync(join(folder, name)).mode & 0o777).toString(8),
  ]);
  expect(rights.sort()).toEqual([
    ['rows.rejects-2.ndjson', '600'],
    ['rows.rejects.ndjson', '600'],
  ]);
});
