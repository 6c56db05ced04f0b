import type { DatabaseSync } from 'node:sqlite';
import { StoreRejectedError } from '@messaging-system/core';

/**
 * `seq` is the order of arrival; claims break ties by it. The columns from `created_at` on belong to this
 * package: another program that stores messages here gives a phone number and a content, and leaves the rest
 * to the defaults. There is no CHECK: on this SQLite one costs a statement journal for every settled row, and
 * unreadable values are read as far as they can be.
 *
 * The counters are kept by triggers, so that they are right whoever writes. `arrivals` only grows: it tells
 * that messages became `unsent`.
 */
const MESSAGES_AND_SENT_CACHE = `
CREATE TABLE messages (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE DEFAULT (
    printf('%08x%04x', unixepoch(), CAST(unixepoch('subsec') * 1000 AS INTEGER) % 1000) || lower(hex(randomblob(6)))
  ),
  phone_number TEXT NOT NULL,
  content TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'unsent',
  webhook_message_id TEXT,
  sent_at INTEGER,
  created_at INTEGER,
  send_at INTEGER,
  expires_at INTEGER,
  idempotency_key TEXT,
  due_at INTEGER,
  available_at INTEGER,
  leased_until INTEGER,
  lease_token TEXT,
  lease_journals INTEGER DEFAULT 0,
  begun_at INTEGER,
  in_doubt INTEGER DEFAULT 0,
  settled_at INTEGER,
  settled_by TEXT,
  attempts INTEGER DEFAULT 0,
  lost_leases INTEGER DEFAULT 0,
  reason TEXT,
  history TEXT
) STRICT;

CREATE INDEX messages_due ON messages (available_at, seq) WHERE status = 'unsent';
CREATE INDEX messages_by_status ON messages (status, id);
CREATE INDEX messages_by_phone ON messages (phone_number, id);
CREATE INDEX messages_of_phone_redrivable ON messages (phone_number, status, settled_at)
  WHERE status IN ('failed', 'unknown');
CREATE INDEX messages_settled ON messages (status, settled_at) WHERE status <> 'unsent';
CREATE UNIQUE INDEX messages_idempotency_key ON messages (idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE status_counts (
  status TEXT PRIMARY KEY,
  count INTEGER NOT NULL DEFAULT 0,
  arrivals INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO status_counts (status) VALUES ('unsent'), ('sent'), ('failed'), ('unknown'), ('cancelled');

CREATE TRIGGER messages_counted_in AFTER INSERT ON messages BEGIN
  UPDATE status_counts SET count = count + 1, arrivals = arrivals + 1 WHERE status = new.status;
END;
CREATE TRIGGER messages_counted_over AFTER UPDATE OF status ON messages WHEN old.status <> new.status BEGIN
  UPDATE status_counts SET count = count - 1 WHERE status = old.status;
  UPDATE status_counts SET count = count + 1, arrivals = arrivals + 1 WHERE status = new.status;
END;
CREATE TRIGGER messages_counted_out AFTER DELETE ON messages BEGIN
  UPDATE status_counts SET count = count - 1 WHERE status = old.status;
END;

CREATE TABLE sent_cache (
  id TEXT PRIMARY KEY,
  webhook_message_id TEXT,
  sent_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sent_cache_expiry ON sent_cache (expires_at);
`;

const TRACEPARENT = 'ALTER TABLE messages ADD COLUMN traceparent TEXT';

/**
 * A statement that takes `lease_journals` from a value to NULL as it changes a status counts its rows by itself,
 * once for all of them. Other writers, older releases too, never do that and are counted by the trigger. Without this
 * signal the trigger rewrites two counters for each ack: 2 % more processor time for an ack, and 3 % fewer messages
 * a second (both forms in turns).
 */
const ACKS_COUNTED_BY_THE_BATCH = `
DROP TRIGGER messages_counted_over;
CREATE TRIGGER messages_counted_over AFTER UPDATE OF status ON messages
WHEN old.status <> new.status AND (old.lease_journals IS NULL OR new.lease_journals IS NOT NULL) BEGIN
  UPDATE status_counts SET count = count - 1 WHERE status = old.status;
  UPDATE status_counts SET count = count + 1, arrivals = arrivals + 1 WHERE status = new.status;
END;
`;

const METADATA = 'ALTER TABLE messages ADD COLUMN metadata TEXT';

/** One row while delivery is stopped for every process, else none. */
const DELIVERY_STOP = `
CREATE TABLE delivery_stop (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  stopped_at INTEGER NOT NULL,
  stopped_by TEXT
) STRICT`;

/**
 * The steps of the file's format, in order; its `user_version` is how many of them it has had. Each is
 * additive, so that a process that is running an older release can go on meanwhile. The position of a step
 * is its version: append new steps, and never change, move or remove a released one.
 */
export const MIGRATIONS: readonly string[] = [
  MESSAGES_AND_SENT_CACHE,
  TRACEPARENT,
  ACKS_COUNTED_BY_THE_BATCH,
  DELIVERY_STOP,
  METADATA,
];

/** Marks our files: "MsgS". @see https://www.sqlite.org/pragma.html#pragma_application_id */
const APPLICATION_ID = 0x4d736753;

/**
 * How many migrations the file has had; 0 when it is empty. Refuses, before anything is changed, the file
 * of a newer release and that of another program.
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

/**
 * Brings the file to the newest version in one transaction; of processes that come at the same time one
 * does it. Writes also where nothing is left to do: a file that can be read may still refuse every write,
 * and opening it is the time to say so.
 */
export function migrate(database: DatabaseSync, path: string, migrations: readonly string[]): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = fileVersion(database, path, migrations.length);
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
