import type { DatabaseSync } from 'node:sqlite';
import {
  type InsertResult,
  type NewMessage,
  type ObjectIdFactory,
  StoreRejectedError,
} from '@messaging-system/core';
import type { Connection } from './connection.ts';
import { storeFault } from './error-mapping.ts';
import { insertMessages } from './insert-messages.ts';
import { Statements } from './statements.ts';

const prepared = new WeakMap<DatabaseSync, Statements>();

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

function statementsOf(database: DatabaseSync): Statements {
  const known = prepared.get(database) ?? new Statements(database);
  prepared.set(database, known);
  return known;
}
