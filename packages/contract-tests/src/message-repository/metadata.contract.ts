import assert from 'node:assert/strict';
import { aDeadLetter, aNack, aNewMessage, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { claimOne, findMessage, insertAll, insertOne, only, readStored } from './steps.ts';

const METADATA = { order: '17', tenant_id: 'a-b' };

/** Names that some languages and stores give a meaning of their own, and values that look like something else. */
const ODD = {
  ...METADATA,
  constructor: '1',
  ['__proto__']: '2',
  '0': '{env.KEY} $set {{a.b}} %s \' " \\ \n',
  _id: '👩‍👩‍👧 你的包裹在路上',
  empty: '',
  ['n'.repeat(64)]: '🚚'.repeat(256),
};

export const metadataContract: Contract<MessageRepositoryHarness> = {
  'keeps the metadata of a message through every attempt and a redrive': async (harness) => {
    const { repository, probe } = harness;
    const { id, metadata } = await insertOne(repository, { metadata: METADATA });
    assert.deepEqual(metadata, METADATA);
    const first = await claimOne(repository);
    assert.deepEqual(first.claimed.message.metadata, METADATA);
    await repository.settle(first.token, [aNack(id, { availableAt: NOW + 60_000 })]);
    const second = await claimOne(repository, { now: NOW + 60_000 });
    assert.deepEqual(second.claimed.message.metadata, METADATA);
    await repository.settle(second.token, [aDeadLetter(id)]);
    await repository.redrive([id], NOW + 90_000);
    assert.deepEqual((await findMessage(await harness.openAnother(), id)).metadata, METADATA);
    assert.deepEqual((await readStored(probe, id)).message.metadata, METADATA);
  },

  'keeps every name and value of metadata as it is': async ({ repository }) => {
    const { id } = await insertOne(repository, { metadata: ODD });
    assert.deepEqual((await findMessage(repository, id)).metadata, ODD);
  },

  'gives a message that has no metadata no such field': async ({ repository, probe }) => {
    for (const { id, ...stored } of await insertAll(repository, [{}, { metadata: {} }])) {
      const { claimed } = await claimOne(repository, { limit: 1 });
      const messages = [
        stored,
        claimed.message,
        await findMessage(repository, id),
        (await readStored(probe, id)).message,
      ];
      for (const message of messages) assert.ok(!('metadata' in message), 'there is no field');
    }
  },

  'takes other metadata for another request': async ({ repository }) => {
    const asked = aNewMessage({ idempotencyKey: 'order-1', metadata: METADATA });
    const message = await insertOne(repository, asked);
    const others = [{}, { order: '17' }, { ...METADATA, order: '18' }, { ...METADATA, more: '' }];
    for (const metadata of others) {
      const result = await repository.insert([{ ...asked, metadata }]);
      assert.deepEqual(result, { kind: 'conflict', conflicts: [{ index: 0, message }] });
    }
  },

  'knows a request again by its metadata in any order, or by having none': async ({ repository }) => {
    const { order, tenant_id } = METADATA;
    for (const [metadata, again] of [
      [METADATA, { tenant_id, order }],
      [{}, undefined],
    ]) {
      const asked = { idempotencyKey: `of ${metadata?.order}` };
      const { id } = await insertOne(repository, { ...asked, ...(metadata && { metadata }) });
      const result = await repository.insert([aNewMessage({ ...asked, ...(again && { metadata: again }) })]);
      assert.equal(result.kind, 'inserted');
      const { kind, message } = only(result.items);
      assert.deepEqual([kind, message.id], ['existing', id]);
    }
  },
};
