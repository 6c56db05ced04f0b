import type { SQLInputValue } from 'node:sqlite';
import type { MessageStatus } from '@messaging-system/core';
import type { Connection } from './connection.ts';
import { nextTurn } from './next-turn.ts';
import { MESSAGE_COLUMNS } from './row-mapping.ts';
import type { Row, Statements } from './statements.ts';

interface Filter {
  readonly phoneNumber: string;
  readonly status: MessageStatus;
}

/** Rows that one step looks at: a few milliseconds. */
const STEP_ROWS = 500;

const matching = (index: string): string => `
SELECT ${MESSAGE_COLUMNS} FROM messages INDEXED BY ${index}
WHERE phone_number = ?1 AND status = ?2 AND id < ?3 AND id >= ?4 ORDER BY id DESC LIMIT ?5 + 0`;

const endOfStep = (index: string, column: string): string => `
SELECT id FROM messages INDEXED BY ${index}
WHERE ${column} = ?1 AND id < ?2 ORDER BY id DESC LIMIT 1 OFFSET ${STEP_ROWS - 1}`;

export const MATCHING_BY_PHONE: string = matching('messages_by_phone');
export const MATCHING_BY_STATUS: string = matching('messages_by_status');
export const END_BY_PHONE: string = endOfStep('messages_by_phone', 'phone_number');
export const END_BY_STATUS: string = endOfStep('messages_by_status', 'status');

/**
 * A page of the messages of a phone number in one status. An index of both would have to be rewritten, in a page of its own, whenever a
 * message is settled: that costs a third of the settle. So two scans go side by side, one over the number's messages and one over the
 * status, a step each in turn, until the first has the page; other work of the process has its turn between the steps.
 */
export async function listOfPhoneInStatus(
  connection: Connection,
  filter: Filter,
  below: SQLInputValue,
  count: number,
): Promise<readonly Row[]> {
  const scans = [
    new Scan(MATCHING_BY_PHONE, END_BY_PHONE, filter.phoneNumber, filter, below),
    new Scan(MATCHING_BY_STATUS, END_BY_STATUS, filter.status, filter, below),
  ];
  for (;;) {
    for (const scan of scans) {
      await connection.read((statements) => scan.step(statements, count));
      if (scan.isDone(count)) return scan.found;
      await nextTurn();
    }
  }
}

class Scan {
  readonly found: Row[] = [];
  readonly #matching: string;
  readonly #end: string;
  readonly #key: string;
  readonly #filter: Filter;
  #below: SQLInputValue;
  #isAtEnd = false;

  constructor(matching: string, end: string, key: string, filter: Filter, below: SQLInputValue) {
    this.#matching = matching;
    this.#end = end;
    this.#key = key;
    this.#filter = filter;
    this.#below = below;
  }

  step(statements: Statements, count: number): void {
    const end = statements.row(this.#end, this.#key, this.#below)?.[0];
    const { phoneNumber, status } = this.#filter;
    const wanted = count - this.found.length;
    const rows = statements.rows(this.#matching, phoneNumber, status, this.#below, end ?? '', wanted);
    this.found.push(...rows);
    this.#isAtEnd = end === undefined;
    this.#below = end ?? '';
  }

  isDone(count: number): boolean {
    return this.#isAtEnd || this.found.length >= count;
  }
}
