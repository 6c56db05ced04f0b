import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aNewMessage } from '@messaging-system/contract-tests';
import { expect, onTestFinished, test } from 'vitest';
import { backupSqliteFile, SqliteStore } from '../src/index.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rights-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const rightsOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test.skipIf(process.platform === 'win32')(
  'only the own user can read the folder, the file, its log and its backups',
  async () => {
    const umask = process.umask(0);
    onTestFinished(() => void process.umask(umask));
    const folder = join(temporaryFolder(), 'data', 'inner');
    const path = join(folder, 'messages.db');
    const store = await SqliteStore.open({ path });
    await store.messages.insert([aNewMessage()]);
    const backup = join(folder, 'backup.db');
    await backupSqliteFile(path, backup);
    expect([folder, path, `${path}-wal`, `${path}-shm`, backup].map(rightsOf)).toEqual([
      '700',
      '600',
      '600',
      '600',
      '600',
    ]);
    await store.close();
  },
);
