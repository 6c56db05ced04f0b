import type { MongoMessageRepository } from '@messaging-system/adapters-mongo';
import { type Clock, Messages } from '@messaging-system/core';
import type { Collection, MongoClient } from 'mongodb';

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
export function placeOrder({ client, orders, repository, clock }: Shop, order: Order): Promise<string> {
  return client.withSession((session) =>
    session.withTransaction(async () => {
      // An upsert, because a duplicate key aborts the transaction and would have to be told from other failures.
      const { _id, ...fields } = order;
      await orders.updateOne({ _id }, { $setOnInsert: fields }, { upsert: true, session });

      const messages = new Messages({ repository: repository.withSession(session), clock });
      const result = await messages.enqueue({
        phoneNumber: order.phoneNumber,
        content: `We have your order ${_id}`,
        idempotencyKey: `order-${_id}-confirmed`,
      });
      // What is thrown here aborts the transaction, and comes out of `placeOrder`.
      if (result.kind === 'invalid')
        throw new Error(result.problems.map(({ problem }) => problem).join(', '));
      if (result.kind === 'conflict') throw new Error(`order ${_id} was placed with other data`);
      return result.message.id;
    }),
  );
}
