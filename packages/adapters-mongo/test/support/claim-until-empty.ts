// A process that claims until nothing is due and prints the ids that it received. It starts on a signal, so that several run at once.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { MongoClient } from 'mongodb';
import { MongoMessageRepository } from '../../src/index.ts';

const { uri, db, collection, now, leasedUntil, limit } = JSON.parse(process.argv[2] ?? '{}');

const client = await new MongoClient(uri).connect();
const repository = await MongoMessageRepository.open({ db: client.db(db), collection });
process.stdout.write('ready\n');
await once(process.stdin, 'data');

const ids: string[] = [];
for (;;) {
  const claimed = await repository.claimDue({
    now,
    leasedUntil,
    limit,
    leaseToken: randomUUID(),
    journals: false,
  });
  if (claimed.length === 0) break;
  ids.push(...claimed.map(({ message }) => message.id));
}
process.stdout.write(`${JSON.stringify(ids)}\n`);
await client.close();
process.stdin.destroy();
