// A process that claims until nothing is due and prints the ids that it received. It starts on a signal, so that several run at once.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { PostgresStore } from '../../src/index.ts';

const { uri, schema, now, leasedUntil, limit } = JSON.parse(process.argv[2] ?? '{}');

const store = await PostgresStore.open({ uri, schema });
process.stdout.write('ready\n');
await once(process.stdin, 'data');

const ids: string[] = [];
for (;;) {
  const claimed = await store.messages.claimDue({
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
await store.close();
process.stdin.destroy();
