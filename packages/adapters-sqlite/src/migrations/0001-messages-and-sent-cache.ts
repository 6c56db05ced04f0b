import type { Migration } from './migration.ts';

/**
 * `seq` is the order of arrival; claims break ties by it. Columns from `created_at` on are ours: another program that stores messages here
 * gives a phone number and a content, and leaves the rest to the defaults. There is no CHECK: on this SQLite one costs a statement journal
 * for every settled row, and unreadable values are read as far as they can be.
 *
 * The counters are kept by triggers, so that they are right whoever writes. `arrivals` only grows: it tells that messages became `unsent`.
 */
const SQL = `
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

export const messagesAndSentCache: Migration = {
  name: '0001-messages-and-sent-cache',
  up: (database) => database.exec(SQL),
};
