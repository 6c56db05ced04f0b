import type { PostgresMessageRepository, SqlConnection } from '@messaging-system/adapters-postgres';
import { type Clock, Messages } from '@messaging-system/core';

export interface Order {
  readonly number: string;
  readonly phoneNumber: string;
}

export interface Outbox {
  /** `messages` of a `PostgresStore` in the database of the orders. */
  readonly repository: PostgresMessageRepository;
  readonly clock: Clock;
}

/** Express answers with the `status` of an error. */
class RefusedOrder extends Error {
  readonly status: number;

  constructor(status: 400 | 409, message: string) {
    super(message);
    this.status = status;
  }
}

/** Stores the message that confirms an order, in the transaction that is open on the connection. */
export async function confirm(outbox: Outbox, connection: SqlConnection, order: Order): Promise<string> {
  const repository = outbox.repository.withConnection(connection);
  const messages = new Messages({ repository, clock: outbox.clock });
  const result = await messages.enqueue({
    phoneNumber: order.phoneNumber,
    content: `We have your order ${order.number}`,
    idempotencyKey: `order-${order.number}-confirmed`,
  });
  // An error here rolls the transaction back, and comes out of `placeOrder`.
  if (result.kind === 'invalid') {
    throw new RefusedOrder(400, result.problems.map(({ problem }) => problem).join(', '));
  }
  if (result.kind === 'conflict') {
    throw new RefusedOrder(409, `order ${order.number} was placed with other data`);
  }
  return result.message.id;
}
