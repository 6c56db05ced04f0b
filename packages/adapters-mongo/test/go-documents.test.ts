import { aNack, anAck, NOW } from '@messaging-system/contract-tests';
import { expect, test } from 'vitest';
import { MongoMessageRepository } from '../src/index.ts';
import { GO_ZERO_TIME, goSent, goUnsent, goUnsentBare } from './support/go-documents.ts';
import { aClaim } from './support/requests.ts';
import { describeWithMongo } from './support/services.ts';

const TEXTS = { phoneNumber: '+905551111111', content: 'Written by the Go service' };

describeWithMongo('documents of the Go service', (world) => {
  for (const [kind, make] of [
    ['with an empty id and the zero time', goUnsent],
    ['with neither', goUnsentBare],
  ] as const) {
    test(`an unsent one ${kind} is claimed as it is`, async () => {
      const { db, freshName } = world();
      const documents = db.collection(freshName());
      const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
      const { insertedId } = await documents.insertOne(make(TEXTS));
      const [claimed] = await repository.claimDue(aClaim());
      expect(claimed).toMatchObject({
        foreign: true,
        interrupted: false,
        inDoubt: false,
        message: { ...TEXTS, id: insertedId.toHexString(), webhookMessageId: null, sentAt: null },
      });
      // A reader that knows nothing of leases still sees the truth.
      expect(await documents.findOne({ _id: insertedId })).toMatchObject({ ...TEXTS, status: 'unsent' });
    });

    test(`an unsent one ${kind} reads as sent to the Go service once it is acked`, async () => {
      const { db, freshName } = world();
      const documents = db.collection(freshName());
      const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
      const { insertedId } = await documents.insertOne(make(TEXTS));
      const request = aClaim();
      await repository.claimDue(request);
      await repository.settle(request.leaseToken, [
        anAck(insertedId.toHexString(), { sentAt: NOW + 35, webhookMessageId: '$receiver.id' }),
      ]);
      expect(await documents.findOne({ _id: insertedId })).toEqual({
        _id: insertedId,
        ...TEXTS,
        status: 'sent',
        webhookMessageId: '$receiver.id',
        sentAt: new Date(NOW + 35),
        attempts: 1,
        history: [
          { attempt: 1, startedAt: new Date(NOW + 10), durationMs: 25, outcome: 'accepted', reason: null },
        ],
        settledAt: new Date(NOW + 40),
        settledBy: request.leaseToken,
      });
    });

    test(`an unsent one ${kind} is left as it was found by a release`, async () => {
      const { db, freshName } = world();
      const documents = db.collection(freshName());
      const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
      const document = make(TEXTS);
      await documents.insertOne(document);
      const request = aClaim({ journals: true });
      await repository.claimDue(request);
      await repository.beginAttempt(request.leaseToken, [document._id.toHexString()], NOW);
      await repository.release(request.leaseToken, [document._id.toHexString()]);
      const left = await documents.findOne({ _id: document._id });
      expect(left).toEqual({ ...document, attempts: 0, releasedBy: expect.any(String) });
    });
  }

  test('a sent one with the zero time is listed without a time', async () => {
    const { db, freshName } = world();
    const documents = db.collection(freshName());
    const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
    const zero = goSent(TEXTS);
    const { sentAt, ...bare } = goSent(TEXTS);
    await documents.insertMany([zero, bare]);
    expect(sentAt).toEqual(GO_ZERO_TIME);
    expect(await repository.list({ status: 'sent', limit: 10 })).toMatchObject({
      kind: 'page',
      items: [
        { id: bare._id.toHexString(), sentAt: null, webhookMessageId: bare.webhookMessageId },
        { id: zero._id.toHexString(), sentAt: null, webhookMessageId: zero.webhookMessageId },
      ],
    });
  });

  test('two that cannot be delivered at the head do not hold up the third', async () => {
    const { db, freshName } = world();
    const documents = db.collection(freshName());
    const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
    const made = [goUnsent(TEXTS), goUnsent(TEXTS), goUnsent(TEXTS)];
    await documents.insertMany(made);
    const first = aClaim({ limit: 2 });
    const failing = await repository.claimDue(first);
    await repository.settle(
      first.leaseToken,
      failing.map(({ message }) => aNack(message.id)),
    );
    const [next] = await repository.claimDue(aClaim({ limit: 2 }));
    expect(next?.message.id).toBe(made[2]?._id.toHexString());
  });

  test('one that the Go service sends meanwhile is not settled over its head', async () => {
    const { db, freshName } = world();
    const documents = db.collection(freshName());
    const repository = await MongoMessageRepository.open({ db, collection: documents.collectionName });
    const { insertedId } = await documents.insertOne(goUnsent(TEXTS));
    const id = insertedId.toHexString();
    const request = aClaim();
    await repository.claimDue(request);
    await documents.updateOne({ _id: insertedId }, { $set: { status: 'sent', webhookMessageId: 'theirs' } });
    expect(await repository.settle(request.leaseToken, [aNack(id)])).toEqual({ held: [], stale: [id] });
    expect(await repository.findById(id)).toMatchObject({ status: 'sent', webhookMessageId: 'theirs' });
  });
});
