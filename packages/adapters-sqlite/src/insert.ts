import type { DatabaseSync } from 'node:sqlite';
import { type Message, StoreRejectedError } from '@messaging-system/core';
import {
  type InsertConflict,
  type InsertedItem,
  type InsertResult,
  isSameRequest,
  type NewMessage,
  type ObjectIdFactory,
  storedFrom,
} from '@messaging-system/core/adapter';
import type { Connection } from './connection.ts';
import { storeFault } from './errors.ts';
import {
  INSERT,
  INSERT_WITH_METADATA,
  insertedValues,
  MESSAGE_COLUMNS,
  messageFromRow,
  wellFormed,
} from './row.ts';
import { Statements } from './statements.ts';

export const SELECT_BY_KEYS: string = `
SELECT ${MESSAGE_COLUMNS} FROM messages INDEXED BY messages_idempotency_key
WHERE idempotency_key IN (SELECT value FROM json_each(?1))`;

/** Stores all of the messages or, at a conflict, none. Inside a transaction that holds the write lock. */
export function insertMessages(
  statements: Statements,
  ids: ObjectIdFactory,
  messages: readonly NewMessage[],
): InsertResult {
  const asked = messages.map(wellFormed);
  const byKey = storedByKey(statements, asked);
  const holderOf = (message: NewMessage): Message | undefined =>
    message.idempotencyKey === null ? undefined : byKey.get(message.idempotencyKey);

  const conflicts = asked.flatMap((message, index): InsertConflict[] => {
    const holder = holderOf(message);
    return holder === undefined || isSameRequest(holder, message) ? [] : [{ index, message: holder }];
  });
  if (conflicts.length > 0) return { kind: 'conflict', conflicts };

  const items = asked.map((message): InsertedItem => {
    const existing = holderOf(message);
    return existing === undefined
      ? { kind: 'stored', message: store(statements, ids, message) }
      : { kind: 'existing', message: existing };
  });
  return { kind: 'inserted', items };
}

/** How many of a call's messages are new. */
export function storedCount(result: InsertResult): number {
  return result.kind === 'inserted' ? result.items.filter((item) => item.kind === 'stored').length : 0;
}

function storedByKey(statements: Statements, asked: readonly NewMessage[]): ReadonlyMap<string, Message> {
  const keys = asked.flatMap((message) => message.idempotencyKey ?? []);
  if (keys.length === 0) return new Map();
  const rows = statements.rows(SELECT_BY_KEYS, JSON.stringify(keys));
  return new Map(
    rows.map(messageFromRow).flatMap((message) =>
      // The index holds rows with a key only; the type cannot tell.
      message.idempotencyKey === null ? [] : [[message.idempotencyKey, message]],
    ),
  );
}

function store(statements: Statements, ids: ObjectIdFactory, asked: NewMessage): Message {
  const { message } = storedFrom(ids.next(asked.createdAt), asked);
  if (message.metadata === undefined) statements.run(INSERT, ...insertedValues(message));
  else statements.run(INSERT_WITH_METADATA, ...insertedValues(message), JSON.stringify(message.metadata));
  return message;
}

/** Inserts in the transaction that is open on a caller's own connection to the store's file. */
export function insertInTransaction(
  database: DatabaseSync,
  store: Connection,
  ids: ObjectIdFactory,
  messages: readonly NewMessage[],
): InsertResult {
  try {
    checkUsable(database, store);
    // A savepoint, so that a fault half-way leaves nothing of this call in the caller's transaction.
    database.exec('SAVEPOINT insert_messages');
    try {
      return insertMessages(statementsOf(database), ids, messages);
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK TO insert_messages');
      throw error;
    } finally {
      if (database.isTransaction) database.exec('RELEASE insert_messages');
    }
  } catch (error) {
    throw storeFault(error, store.path);
  }
}

function checkUsable(database: DatabaseSync, store: Connection): void {
  store.check();
  if (store.location === null || database.location() !== store.location) {
    throw new StoreRejectedError(
      `the connection is not one to the SQLite file ${store.path}: open it on that path`,
    );
  }
  if (!database.isTransaction) {
    throw new StoreRejectedError(
      'the connection has no open transaction: begin one with BEGIN IMMEDIATE, and commit it after the insert',
    );
  }
}

const prepared = new WeakMap<DatabaseSync, Statements>();

function statementsOf(database: DatabaseSync): Statements {
  const known = prepared.get(database) ?? new Statements(database);
  prepared.set(database, known);
  return known;
}
