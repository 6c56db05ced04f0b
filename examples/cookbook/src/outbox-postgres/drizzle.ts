import type { SqlConnection } from '@messaging-system/adapters-postgres';
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { confirm, type Order, type Outbox } from './confirmation.ts';

const orders = pgTable('orders', {
  number: text().primaryKey(),
  phoneNumber: text('phone_number').notNull(),
});

/** Stores the order and the message that confirms it: both, or none. Safe to repeat, and to race. */
export function placeOrder(database: NodePgDatabase, outbox: Outbox, order: Order): Promise<string> {
  return database.transaction(async (transaction) => {
    await transaction.insert(orders).values(order).onConflictDoNothing();
    return confirm(outbox, connectionOf(transaction), order);
  });
}

/** Drizzle numbers the parameters itself: the text is cut at each `$1`, and the value is put there. */
function connectionOf(transaction: Pick<NodePgDatabase, 'execute'>): SqlConnection {
  return {
    query: (text, values) => {
      const parts = text.split(/\$(\d+)/);
      const chunks = parts.map((part, n) =>
        n % 2 === 0 ? sql.raw(part) : sql.param(values[Number(part) - 1]),
      );
      return transaction.execute(sql.join(chunks));
    },
  };
}
