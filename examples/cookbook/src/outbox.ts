import type { MongoMessageRepository } from '@messaging-system/adapters-mongo';
import { type Clock, Messages } from '@messaging-system/core';
import type { ClientSession, Collection, MongoClient } from 'mongodb';

export interface Order {
  readonly _id: string;
  readonly phoneNumber: string;
}

export interface Shop {
  readonly client: MongoClient;
  readonly orders: Collection<Order>;
  readonly repository: MongoMessageRepository;
  readonly clock: Clock;
}

/** Stores the order and the message that confirms it: both, or none. Safe to repeat, and to race: one order, one message. */
export function placeOrder(shop: Shop, order: Order): Promise<string> {
  return shop.client.withSession((session) =>
    session.withTransaction(() => placeOrderIn(session, shop, order)),
  );
}

/** The same in a transaction that has begun, for callers that store more in it. */
export async function placeOrderIn(session: ClientSession, shop: Shop, order: Order): Promise<string> {
  // An upsert, because a duplicate key aborts the transaction and would look like other failures.
  const { _id, ...fields } = order;
  await shop.orders.updateOne({ _id }, { $setOnInsert: fields }, { upsert: true, session });

  const messages = new Messages({ repository: shop.repository.withSession(session), clock: shop.clock });
  const result = await messages.enqueue({
    phoneNumber: order.phoneNumber,
    content: `We have your order ${_id}`,
    idempotencyKey: `order-${_id}-confirmed`,
  });
  // An error here aborts the transaction, and comes out of `placeOrder`.
  if (result.kind === 'invalid') throw new Error(result.problems.map(({ problem }) => problem).join(', '));
  if (result.kind === 'conflict') throw new Error(`order ${_id} was placed with other data`);
  return result.message.id;
}
