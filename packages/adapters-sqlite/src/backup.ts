import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { MessagingError, StoreRejectedError, StoreUnavailableError } from '@messaging-system/core';
import { storeFault } from './errors.ts';
import { checkIntegrity, makeNewFile } from './open-database.ts';

// All in one step, on another thread: a backup in steps begins anew whenever somebody writes meanwhile.
const ALL_PAGES = 2_147_483_647;

/**
 * Copies what is committed at one moment into a new file, while whoever has the file open goes on. The copy
 * is one file, has been read through and is durable when the promise resolves. Changes nothing of the
 * source, whatever its release. Throws `StoreRejectedError` when the target is there already or the source
 * is damaged, `StoreUnavailableError` for what cannot be read or written. A process that is killed meanwhile
 * leaves `<target>.<random>.unfinished` behind.
 */
export async function backupSqliteFile(path: string, target: string): Promise<void> {
  refuseExisting(target);
  // Nobody can put a link in its place, or in that of its journal: SQLite would write through it.
  const unfinished = `${target}.${randomUUID()}.unfinished`;
  try {
    makeNewFile(unfinished);
    await copy(path, unfinished);
    prove(unfinished);
    await syncFile(unfinished);
    refuseExisting(target);
    await rename(unfinished, target);
    // Its name too. Windows opens no folders.
    if (process.platform !== 'win32') await syncFile(dirname(target));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw backupFault(error, path, target);
  }
}

function backupFault(error: unknown, path: string, target: string): unknown {
  const fault = storeFault(error, `${path} or its backup ${target}`);
  if (fault instanceof MessagingError || !(error instanceof Error)) return fault;
  return new StoreUnavailableError(`the backup ${target} could not be written: ${error.message}`, {
    cause: error,
  });
}

async function copy(path: string, target: string): Promise<void> {
  // A connection of its own: the one of the store would wait for the copy with every statement.
  using source = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  await backup(source, target, { rate: ALL_PAGES });
}

function prove(file: string): void {
  using copied = new DatabaseSync(file);
  // In one file, whatever the source has: no other file belongs to a backup.
  copied.exec('PRAGMA journal_mode = DELETE');
  checkIntegrity(copied, file, Number.POSITIVE_INFINITY);
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function refuseExisting(target: string): void {
  if (existsSync(target)) {
    throw new StoreRejectedError(
      `${target} is there already: give the backup another name, or remove that file first`,
    );
  }
}
