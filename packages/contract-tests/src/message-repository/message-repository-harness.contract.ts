import assert from 'node:assert/strict';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { findMessage, insertMany, insertOne, readStored } from './steps.ts';

/** The ground that the cases stand on: a fault of the harness is not to pass for one of the repository. */
export const messageRepositoryHarnessContract: Contract<MessageRepositoryHarness> = {
  'the harness opens an empty store': async ({ repository }) => {
    assert.deepEqual(await repository.list({ limit: 10 }), { kind: 'page', items: [], nextCursor: null });
  },

  'the harness opens a store of its own each time, and closing one leaves the others': async (
    harness,
    openHarness,
  ) => {
    const { id } = await insertOne(harness.repository);
    const other = await openHarness();
    try {
      assert.equal(await other.repository.findById(id), null);
      await insertMany(other.repository, 2);
      assert.equal((await harness.repository.counts()).unsent.count, 1);
    } finally {
      await other.close();
    }
    assert.equal((await findMessage(harness.repository, id)).id, id);
  },

  'the harness opens another instance on the same store': async (harness) => {
    const another = await harness.openAnother();
    const one = await insertOne(harness.repository, { content: 'of one' });
    const other = await insertOne(another, { content: 'of another' });
    assert.deepEqual(await findMessage(another, one.id), one);
    assert.deepEqual(await findMessage(harness.repository, other.id), other);
  },

  'the harness declares a claim window of whole messages': async ({ claimWindow = 0 }) => {
    assert.ok(Number.isSafeInteger(claimWindow) && claimWindow >= 0, `${claimWindow} messages`);
  },

  'the probe reads what the store keeps, and nothing for an unknown id': async ({ repository, probe }) => {
    const { id } = await insertOne(repository, { content: 'Read past the repository' });
    assert.equal((await readStored(probe, id)).message.content, 'Read past the repository');
    assert.equal(await probe.read('6955b9000102030405ffffff'), null);
  },
};
