import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { MessageQueue } from '@messaging-system/core/adapter';

/**
 * One of the processes of `raceProcesses`: opens the store, waits until all are ready, claims until nothing is due and
 * prints the ids that it received.
 */
export async function claimUntilEmpty(
  open: (world: Readonly<Record<string, string>>) => Promise<{
    readonly repository: MessageQueue;
    readonly close: () => Promise<unknown>;
  }>,
): Promise<void> {
  const { now, leasedUntil, limit, ...world } = JSON.parse(process.argv[2] ?? '{}');
  const { repository, close } = await open(world);
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  const ids: string[] = [];
  for (;;) {
    const claim = { now, leasedUntil, limit, leaseToken: randomUUID(), journals: false };
    const claimed = await repository.claimDue(claim);
    if (claimed.length === 0) break;
    ids.push(...claimed.map(({ message }) => message.id));
  }
  process.stdout.write(`${JSON.stringify(ids)}\n`);
  await close();
  process.stdin.destroy();
}
