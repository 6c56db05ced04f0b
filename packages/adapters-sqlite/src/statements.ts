import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';

/** Values in the order of the selected columns: cheaper to make than objects. */
export type Row = readonly SQLOutputValue[];

/**
 * Runs SQL texts on one database, each prepared once. A limit is written `? + 0`: SQLite looks at the value
 * of a bare `LIMIT ?` as it plans, and so plans the statement anew each time one is bound, which takes
 * longer than a small claim.
 */
export class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** All rows. An integer beyond what a JavaScript number holds comes as a bigint; the driver would throw. */
  rows(sql: string, ...values: readonly SQLInputValue[]): readonly Row[] {
    const statement = this.#statement(sql);
    try {
      return all(statement, values);
    } catch (error) {
      if (!isOutOfRange(error)) throw error;
    }
    statement.setReadBigInts(true);
    try {
      return all(statement, values).map((row) => row.map(asNumber));
    } finally {
      statement.setReadBigInts(false);
    }
  }

  row(sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return this.rows(sql, ...values)[0];
  }

  /** Rows one by one, for who may stop early. */
  iterate(sql: string, ...values: readonly SQLInputValue[]): Iterable<Row> {
    // `setReturnArrays` makes every row an array; the driver's types know only of objects.
    return this.#statement(sql).iterate(...values) as unknown as Iterable<Row>;
  }

  /** How many rows the statement itself changed; what its triggers changed is not counted. */
  run(sql: string, ...values: readonly SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  #statement(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    this.#prepared.set(sql, statement);
    return statement;
  }
}

function all(statement: StatementSync, values: readonly SQLInputValue[]): readonly Row[] {
  // `setReturnArrays` makes every row an array; the driver's types know only of objects.
  return statement.all(...values) as unknown as readonly Row[];
}

function asNumber(value: SQLOutputValue): SQLOutputValue {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function isOutOfRange(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_OUT_OF_RANGE';
}
