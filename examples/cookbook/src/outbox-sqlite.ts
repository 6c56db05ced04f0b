import type { DatabaseSync } from 'node:sqlite';
import type { SqliteStore } from '@messaging-system/adapters-sqlite';
import { type Clock, Messages } from '@messaging-system/core';

export interface Order {
  readonly number: string;
  readonly phoneNumber: string;
}

/** Orders in the file of the messages, on a connection of their own. */
export class Orders {
  readonly #shop: DatabaseSync;
  readonly #messages: Messages;
  #last: Promise<unknown> = Promise.resolve();

  constructor(shop: DatabaseSync, store: SqliteStore, clock: Clock) {
    shop.exec(`
      PRAGMA busy_timeout = 2000;
      CREATE TABLE IF NOT EXISTS orders (number TEXT PRIMARY KEY, phone_number TEXT NOT NULL);
    `);
    this.#shop = shop;
    this.#messages = new Messages({ repository: store.messages.withConnection(shop), clock });
  }

  /** Stores the order and the message that confirms it: both, or none. */
  place(order: Order): Promise<string> {
    // One after the other: a connection has one transaction at a time.
    const placing = this.#last.then(() => this.#inTransaction(order));
    this.#last = placing.catch(() => undefined);
    return placing;
  }

  async #inTransaction(order: Order): Promise<string> {
    this.#shop.exec('BEGIN IMMEDIATE');
    try {
      const insert = 'INSERT INTO orders (number, phone_number) VALUES (?, ?) ON CONFLICT DO NOTHING';
      this.#shop.prepare(insert).run(order.number, order.phoneNumber);
      const result = await this.#messages.enqueue({
        phoneNumber: order.phoneNumber,
        content: `We have your order ${order.number}`,
        idempotencyKey: `order-${order.number}-confirmed`,
      });
      if (result.kind === 'invalid')
        throw new Error(result.problems.map(({ problem }) => problem).join(', '));
      if (result.kind === 'conflict') throw new Error(`order ${order.number} was placed with other data`);
      this.#shop.exec('COMMIT');
      return result.message.id;
    } catch (error) {
      if (this.#shop.isTransaction) this.#shop.exec('ROLLBACK');
      throw error;
    }
  }
}
