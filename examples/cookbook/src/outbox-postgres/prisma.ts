import type { SqlConnection, SqlRow } from '@messaging-system/adapters-postgres';
import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts';
import { confirm, type Order, type Outbox } from './confirmation.ts';

/** Stores the order and the message that confirms it: both, or none. Safe to repeat, and to race. */
export function placeOrder(prisma: PrismaClient, outbox: Outbox, order: Order): Promise<string> {
  return prisma.$transaction(async (transaction) => {
    // Not `upsert`: two that race may both try to insert, and the loser's error would end the transaction.
    await transaction.order.createMany({ data: [order], skipDuplicates: true });
    return confirm(outbox, connectionOf(transaction), order);
  });
}

function connectionOf(transaction: Prisma.TransactionClient): SqlConnection {
  return {
    // Unsafe is what Prisma calls text with parameters: the values are never put into the text.
    query: async (text, values) => ({ rows: await transaction.$queryRawUnsafe<SqlRow[]>(text, ...values) }),
  };
}
