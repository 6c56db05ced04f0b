import { type Message, StoreUnavailableError } from '@messaging-system/core';
import {
  type InsertConflict,
  type InsertedItem,
  type InsertResult,
  isSameRequest,
  type NewMessage,
  type ObjectIdFactory,
  storedFrom,
} from '@messaging-system/core/adapter';
import type { SqlConnection } from './database.ts';
import { asJson, INSERT, insertedRow, MESSAGE_COLUMNS, messageFromRow, storableRequest } from './row.ts';
import type { Query, Session } from './session.ts';

export const SELECT_BY_KEYS: string = `
SELECT ${MESSAGE_COLUMNS} FROM messaging.messages m
WHERE m.idempotency_key IS NOT NULL
  AND m.idempotency_key = ANY(ARRAY(SELECT json_array_elements_text($1::json)))`;

/** How often a key is tried again whose holder was erased between the insert and the look at it. */
const ROUNDS = 5;

/** Stores all of the messages or, at a conflict, none. */
export async function insert(
  session: Session,
  ids: ObjectIdFactory,
  messages: readonly NewMessage[],
): Promise<InsertResult> {
  if (messages.length === 0) return { kind: 'inserted', items: [] };
  const asked = messages.map((message) => newRecord(ids, message));
  const keys = messages.filter(({ idempotencyKey }) => idempotencyKey !== null).length;
  // One statement stores all or nothing by itself. Only one that stores some and finds a conflict has to be undone.
  if (keys === 0 || asked.length === 1) {
    return store((sql, ...values) => session.write(sql, ...values), asked);
  }
  return undoingConflicts(() =>
    session.transaction(async (query) => throwingConflict(await store(query, asked))),
  );
}

/** The same in the transaction that is open on the caller's connection; a fault or conflict undoes its own share. */
export async function insertOn(
  session: Session,
  connection: SqlConnection,
  ids: ObjectIdFactory,
  messages: readonly NewMessage[],
): Promise<InsertResult> {
  const query = session.on(connection);
  const asked = messages.map((message) => newRecord(ids, message));
  await query('SAVEPOINT messaging_insert');
  return undoingConflicts(async () => {
    try {
      const result = asked.length === 0 ? NOTHING : throwingConflict(await store(query, asked));
      await query('RELEASE SAVEPOINT messaging_insert');
      return result;
    } catch (error) {
      // A connection that is lost cannot roll back; its transaction is gone then.
      await query('ROLLBACK TO SAVEPOINT messaging_insert').catch(() => undefined);
      throw error;
    }
  });
}

const NOTHING: InsertResult = { kind: 'inserted', items: [] };

/** How many of a call's messages are new. */
export function storedCount(result: InsertResult): number {
  return result.kind === 'inserted' ? result.items.filter(({ kind }) => kind === 'stored').length : 0;
}

async function store(query: Query, asked: readonly NewRecord[]): Promise<InsertResult> {
  const holders = new Map<string, Message>();
  const stored = new Set<unknown>();
  let left = asked;
  for (let round = 0; left.length > 0; round += 1) {
    if (round === ROUNDS) {
      throw new StoreUnavailableError('insert: the messages with the same keys came and went meanwhile');
    }
    for (const { id } of await query(INSERT, asJson(left.map(({ record }) => insertedRow(record)))))
      stored.add(id);
    left = left.filter(({ record }) => !stored.has(record.id));
    if (left.length === 0) break;
    const keys = left.flatMap(({ record }) => record.idempotencyKey ?? []);
    for (const row of await query(SELECT_BY_KEYS, JSON.stringify(keys))) {
      const holder = messageFromRow(row);
      holders.set(holder.idempotencyKey ?? '', holder);
    }
    left = left.filter(({ record }) => !holders.has(record.idempotencyKey ?? ''));
  }
  const holderOf = ({ record }: NewRecord): Message | undefined =>
    stored.has(record.id) ? undefined : holders.get(record.idempotencyKey ?? '');
  const conflicts = asked.flatMap((one, index): InsertConflict[] => {
    const holder = holderOf(one);
    return holder === undefined || isSameRequest(holder, one.request) ? [] : [{ index, message: holder }];
  });
  if (conflicts.length > 0) return { kind: 'conflict', conflicts };
  const items = asked.map((one): InsertedItem => {
    const existing = holderOf(one);
    return existing === undefined
      ? { kind: 'stored', message: one.record }
      : { kind: 'existing', message: existing };
  });
  return { kind: 'inserted', items };
}

/** Carries a conflict out of a transaction, which it rolls back. */
class Conflict extends Error {
  readonly result: InsertResult;

  constructor(result: InsertResult) {
    super('conflict');
    this.result = result;
  }
}

function throwingConflict(result: InsertResult): InsertResult {
  if (result.kind === 'conflict') throw new Conflict(result);
  return result;
}

async function undoingConflicts(work: () => Promise<InsertResult>): Promise<InsertResult> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Conflict) return error.result;
    throw error;
  }
}

interface NewRecord {
  readonly request: NewMessage;
  readonly record: Message;
}

function newRecord(ids: ObjectIdFactory, message: NewMessage): NewRecord {
  const request = storableRequest(message);
  return { request, record: storedFrom(ids.next(message.createdAt), request).message };
}
