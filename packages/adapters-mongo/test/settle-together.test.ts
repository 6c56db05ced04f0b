import { aDeadLetter, aNack, anAck, NOW } from '@messaging-system/contract-tests';
import { StoreRejectedError } from '@messaging-system/core';
import type { Ack, Settlement } from '@messaging-system/core/adapter';
import { expect, test } from 'vitest';
import { MongoMessageRepository } from '../src/index.ts';
import { aClaim, insertSome } from './support/requests.ts';
import { describeWithMongo } from './support/services.ts';

async function leased(repository: MongoMessageRepository, count: number) {
  await insertSome(repository, count);
  const request = aClaim({ limit: count });
  const claimed = await repository.claimDue(request);
  return { token: request.leaseToken, ids: claimed.map(({ message }) => message.id) };
}

/** All of its values differ from those of every other. */
function ownAck(id: string, index: number): Ack {
  const attempt = {
    attempt: 1,
    startedAt: NOW + index,
    durationMs: index,
    outcome: 'accepted',
    reason: null,
  };
  return {
    ...anAck(id),
    webhookMessageId: index % 3 === 0 ? null : `$of ${index}`,
    sentAt: NOW + index,
    settledAt: NOW + 1000 + index,
    attempt: { ...attempt, outcome: 'accepted' },
  };
}

describeWithMongo('a settled batch', (world) => {
  const open = (collection: string): Promise<MongoMessageRepository> =>
    MongoMessageRepository.open({ db: world().db, collection });

  test('gives each message its own values, however many are accepted at once', async () => {
    const repository = await open(world().freshName());
    const { token, ids } = await leased(repository, 300);
    const acks = ids.map(ownAck);
    expect(await repository.settle(token, acks)).toEqual({ held: ids, stale: [] });
    for (const ack of acks.filter((_, index) => index % 23 === 0)) {
      expect(await repository.findById(ack.id)).toMatchObject({
        status: 'sent',
        webhookMessageId: ack.webhookMessageId,
        sentAt: ack.sentAt,
        settledAt: ack.settledAt,
        attempts: 1,
        history: [ack.attempt],
        leasedUntil: null,
        availableAt: null,
      });
    }
  });

  test('of every kind of outcome stores each of them', async () => {
    const repository = await open(world().freshName());
    const { token, ids } = await leased(repository, 5);
    const [one = '', two = '', three = '', four = '', five = ''] = ids;
    const settlements: Settlement[] = [
      ownAck(one, 1),
      aNack(two),
      ownAck(three, 3),
      aDeadLetter(four),
      anAck(five, { attempt: null }),
    ];
    expect(await repository.settle(token, settlements)).toEqual({ held: ids, stale: [] });
    const stored = await Promise.all(ids.map((id) => repository.findById(id)));
    expect(stored.map((message) => [message?.status, message?.attempts])).toEqual([
      ['sent', 1],
      ['unsent', 1],
      ['sent', 1],
      ['failed', 1],
      ['sent', 0],
    ]);
  });

  test('is stored but for the document that its collection lets nobody change', async () => {
    const name = world().freshName();
    const repository = await open(name);
    const { token, ids } = await leased(repository, 6);
    await world().db.command({
      collMod: name,
      validator: { $or: [{ status: 'unsent' }, { webhookMessageId: { $ne: '$of 2' } }] },
    });
    const acks = ids.map(ownAck);
    await expect(repository.settle(token, acks)).rejects.toThrow(StoreRejectedError);
    const stored = await Promise.all(ids.map((id) => repository.findById(id)));
    expect(stored.map((message) => message?.status)).toEqual([
      'sent',
      'sent',
      'unsent',
      'sent',
      'sent',
      'sent',
    ]);
  });
});
