// A process that stores and settles messages, batch after batch, and prints the number of each batch that the store has confirmed.
import { randomUUID } from 'node:crypto';
import { aNewMessage, anAck, NOW } from '@messaging-system/contract-tests';
import { SqliteStore } from '../../src/index.ts';

const { path, size }: { readonly path: string; readonly size: number } = JSON.parse(process.argv[2] ?? '{}');

const { messages } = await SqliteStore.open({ path });
for (let batch = 1; ; batch += 1) {
  await messages.insert(Array.from({ length: size }, () => aNewMessage()));
  const leaseToken = randomUUID();
  const request = { now: NOW, leasedUntil: NOW + 60_000, leaseToken, journals: false, limit: size };
  const claimed = await messages.claimDue(request);
  await messages.settle(
    leaseToken,
    claimed.map(({ message }) => anAck(message.id)),
  );
  process.stdout.write(`${batch}\n`);
}
