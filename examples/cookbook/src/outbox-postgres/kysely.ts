import type { SqlConnection, SqlRow } from '@messaging-system/adapters-postgres';
import { CompiledQuery, type Kysely, type Transaction } from 'kysely';
import { confirm, type Order, type Outbox } from './confirmation.ts';

export interface Shop {
  readonly orders: { readonly number: string; readonly phone_number: string };
}

/** Stores the order and the message that confirms it: both, or none. Safe to repeat, and to race. */
export function placeOrder(database: Kysely<Shop>, outbox: Outbox, order: Order): Promise<string> {
  return database.transaction().execute(async (transaction) => {
    const row = { number: order.number, phone_number: order.phoneNumber };
    await transaction
      .insertInto('orders')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return confirm(outbox, connectionOf(transaction), order);
  });
}

function connectionOf(transaction: Transaction<Shop>): SqlConnection {
  return { query: (text, values) => transaction.executeQuery<SqlRow>(CompiledQuery.raw(text, values)) };
}
