import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { MongoMessageRepository } from '../src/index.ts';
import { aClaim, insertSome } from './support/requests.ts';
import { describeWithMongo } from './support/services.ts';

const CLAIMANTS = 20;

describeWithMongo('many dispatchers on one collection', (world) => {
  test('none of them leaves empty-handed while work is due for all', async () => {
    const { db, freshName } = world();
    const collection = freshName();
    const claimants = await Promise.all(
      Array.from({ length: CLAIMANTS }, () => MongoMessageRepository.open({ db, collection })),
    );
    const [first] = claimants;
    if (first !== undefined) await insertSome(first, CLAIMANTS * 10);
    const claims = await Promise.all(claimants.map((claimant) => claimant.claimDue(aClaim({ limit: 2 }))));
    expect(claims.map(({ length }) => length)).not.toContain(0);
  });

  test('they divide a backlog among them, each message to one', { timeout: 60_000 }, async () => {
    const { db, freshName } = world();
    const collection = freshName();
    const claimants = await Promise.all(
      Array.from({ length: CLAIMANTS }, () => MongoMessageRepository.open({ db, collection })),
    );
    const [first] = claimants;
    const messages = first === undefined ? [] : await insertSome(first, 600);
    const received: string[] = [];
    await Promise.all(
      claimants.map(async (claimant) => {
        for (;;) {
          const claimed = await claimant.claimDue(aClaim({ limit: 5, leaseToken: randomUUID() }));
          if (claimed.length === 0) return;
          received.push(...claimed.map(({ message }) => message.id));
        }
      }),
    );
    expect(received.sort()).toEqual(messages.map(({ id }) => id).sort());
  });
});
