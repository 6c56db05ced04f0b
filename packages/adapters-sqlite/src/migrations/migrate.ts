import type { DatabaseSync } from 'node:sqlite';
import { StoreRejectedError } from '@messaging-system/core';
import type { Migration } from './migration.ts';

/** Marks our files: "MsgS". @see https://www.sqlite.org/pragma.html#pragma_application_id */
export const APPLICATION_ID = 0x4d736753;

/**
 * How many migrations the file has had; 0 when it is empty. Refuses, before anything is changed, the file of a newer release
 * and that of another program.
 */
export function fileVersion(database: DatabaseSync, path: string, known: number): number {
  // One statement sees one moment: another process may be making the tables.
  const found = database
    .prepare(
      `SELECT application_id AS application, user_version AS version, (SELECT count(*) FROM sqlite_schema) AS objects
       FROM pragma_application_id, pragma_user_version`,
    )
    .get();
  const version = Number(found?.version);
  if (found?.application !== APPLICATION_ID) {
    if (found?.application === 0 && version === 0 && found.objects === 0) return 0;
    throw new StoreRejectedError(
      `the SQLite file ${path} holds the data of another program: give the path of a file that is new or was made by this store`,
    );
  }
  if (version > known) {
    throw new StoreRejectedError(
      `the SQLite file ${path} was made by a newer release (its version is ${version}, this release knows up to ${known}): upgrade this release, or give another path`,
    );
  }
  return version;
}

/** Brings the file to the newest version in one transaction; of processes that come at the same time one does it. */
export function migrate(database: DatabaseSync, path: string, migrations: readonly Migration[]): void {
  if (fileVersion(database, path, migrations.length) === migrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = fileVersion(database, path, migrations.length);
    for (const migration of migrations.slice(version)) migration.up(database);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
