import type { Pool } from 'pg';
import { confirm, type Order, type Outbox } from './confirmation.ts';

/** Stores the order and the message that confirms it: both, or none. Safe to repeat, and to race. */
export async function placeOrder(pool: Pool, outbox: Outbox, order: Order): Promise<string> {
  const client = await pool.connect();
  let broken: unknown;
  try {
    await client.query('BEGIN');
    const insert = 'INSERT INTO orders (number, phone_number) VALUES ($1, $2) ON CONFLICT DO NOTHING';
    await client.query(insert, [order.number, order.phoneNumber]);
    const id = await confirm(outbox, client, order);
    await client.query('COMMIT');
    return id;
  } catch (error) {
    // A connection that cannot roll back is closed, which rolls back.
    broken = await client.query('ROLLBACK').then(
      () => undefined,
      (failure: unknown) => failure,
    );
    throw error;
  } finally {
    client.release(broken !== undefined);
  }
}
