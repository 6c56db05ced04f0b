import { MongoMessageRepository } from '@messaging-system/adapters-mongo';
import { MongoClient } from 'mongodb';
import { mongoUri } from '../../services/service-addresses.ts';

const AT_ONCE = 5_000;

/** A database with so many messages that are due, without the shell of the repository around each. */
export async function fillMongo(runId: string, size: number): Promise<void> {
  const client = await MongoClient.connect(mongoUri());
  try {
    const db = client.db(`bench-${runId}`);
    await MongoMessageRepository.open({ db });
    const firstDueAt = Date.now() - size - 1;
    for (let done = 0; done < size; done += AT_ONCE) {
      const documents = Array.from({ length: Math.min(AT_ONCE, size - done) }, (_, index) => {
        const dueAt = new Date(firstDueAt + done + index);
        return {
          phoneNumber: `+90555${1_000_000 + ((done + index) % 9_000_000)}`,
          content: `Your order ${done + index} has been shipped and will be with you tomorrow between nine and twelve.`,
          status: 'unsent',
          createdAt: dueAt,
          dueAt,
          availableAt: dueAt,
        };
      });
      await db.collection('messages').insertMany(documents, { ordered: false });
    }
  } finally {
    await client.close();
  }
}
