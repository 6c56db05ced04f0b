import { aNack, anAck, NOW } from '@messaging-system/contract-tests';
import type { Collection, Document } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { MongoMessageRepository } from '../src/index.ts';
import { goSent, goUnsent } from './support/go-documents.ts';
import { aClaim } from './support/requests.ts';
import { describeWithMongo, type MongoWorld } from './support/services.ts';

const STATUSES = ['unsent', 'sent'] as const;
const TEXTS = { phoneNumber: '+905551111111', content: 'Written by the Go service' };

/** `GetMessages` of the Go service: no order is asked for. */
function goFinds(documents: Collection, status: string, limit = 0): Promise<readonly Document[]> {
  return documents.find({ status }, { limit }).toArray();
}

async function filled({ db, freshName }: MongoWorld): Promise<Collection> {
  const documents = db.collection(freshName());
  const all = Array.from({ length: 400 }, (_, n) => (n % 2 === 0 ? goUnsent : goSent)(TEXTS));
  await documents.insertMany(all);
  return documents;
}

/** The keys of the index that answers, null for a walk along the collection as it was written. */
async function orderOf({ db }: MongoWorld, documents: Collection, status: string): Promise<Document | null> {
  const find = { find: documents.collectionName, filter: { status }, limit: 2 };
  const { queryPlanner } = await db.command({ explain: find, verbosity: 'queryPlanner' });
  const { stage, indexName } = deepest(queryPlanner.winningPlan);
  if (stage === 'COLLSCAN') return null;
  const index = (await documents.indexes()).find(({ name }) => name === indexName);
  return { stage, key: index?.key };
}

function deepest(plan: Document): Document {
  return plan.inputStage === undefined ? plan : deepest(plan.inputStage);
}

const ASCENDING = { stage: 'IXSCAN', key: { status: 1, _id: 1 } };

describeWithMongo('the queries of the Go service', (world) => {
  describe.each([
    ['a collection that was never opened here', []],
    [
      'a collection that an earlier version opened',
      [{ name: 'messaging_status', key: { status: 1, _id: -1 } }],
    ],
  ] as const)('on %s', (_, indexes) => {
    test('see its documents in the order of before once a repository has been open', async () => {
      const documents = await filled(world());
      const before = await Promise.all(STATUSES.map((status) => goFinds(documents, status)));
      for (const index of indexes) await documents.createIndexes([index]);
      await MongoMessageRepository.open({ db: world().db, collection: documents.collectionName });
      for (const [at, status] of STATUSES.entries()) {
        expect([null, ASCENDING]).toContainEqual(await orderOf(world(), documents, status));
        expect(await goFinds(documents, status)).toEqual(before[at]);
        expect(await goFinds(documents, status, 2)).toEqual(before[at]?.slice(0, 2));
      }
    });
  });

  test('find what is left, and mark it, when some were claimed, sent and tried here meanwhile', async () => {
    const documents = await filled(world());
    const unsentIds = async (): Promise<readonly string[]> =>
      (await goFinds(documents, 'unsent')).map(({ _id }) => String(_id));
    const before = await unsentIds();
    const repository = await MongoMessageRepository.open({
      db: world().db,
      collection: documents.collectionName,
    });
    const request = aClaim({ limit: 20 });
    const claimed = (await repository.claimDue(request)).map(({ message }) => message.id);
    const sent = claimed.slice(0, 5);
    const released = claimed.slice(10);
    await repository.settle(request.leaseToken, [
      ...sent.map((id) => anAck(id)),
      ...claimed.slice(5, 10).map((id) => aNack(id, { availableAt: NOW + 60_000 })),
    ]);
    await repository.release(request.leaseToken, released);
    // By the plan alone: the test server gives what it finds by any index in the order in which it was last written.
    expect(await orderOf(world(), documents, 'unsent')).toEqual(ASCENDING);
    const left = await unsentIds();
    expect(left.toSorted()).toEqual(before.filter((id) => !sent.includes(id)).toSorted());
    const [first] = await goFinds(documents, 'unsent', 2);
    const mark = { $set: { status: 'sent', webhookMessageId: 'go' } };
    expect(await documents.updateOne({ _id: first?._id }, mark)).toMatchObject({ modifiedCount: 1 });
    expect((await unsentIds()).toSorted()).toEqual(left.filter((id) => id !== String(first?._id)).toSorted());
  });
});
