import { aNewMessage, NOW } from '@messaging-system/contract-tests';
import { StoreRejectedError } from '@messaging-system/core';
import { expect, test } from 'vitest';
import { MongoMessageRepository } from '../src/index.ts';
import { behindWireProxy } from './support/behind-wire-proxy.ts';
import { CommandLog } from './support/command-log.ts';
import { leaseOne } from './support/requests.ts';
import { describeWithMongo } from './support/services.ts';
import type { Answer } from './support/wire-proxy.ts';

const SHARD_TIME = new Date('2026-01-02T03:04:05.678Z');

/** A mongos whose clock is wrong, before a shard whose clock is right. */
function router(stats: (reply: readonly object[]) => readonly object[]): Answer {
  return async (command, pass) => {
    const reply = await pass(command);
    // Those of the driver's own monitor belong to no session.
    if ('hello' in command && 'lsid' in command) return { ...reply, msg: 'isdbgrid', localTime: new Date(0) };
    if (command.pipeline?.[0]?.$collStats === undefined) return reply;
    return { ...reply, cursor: { ...reply.cursor, firstBatch: stats(reply.cursor.firstBatch) } };
  };
}

describeWithMongo('the time of the store', (world) => {
  test('is that of the shard, not that of the mongos that was asked', async () => {
    const { proxy, open } = await behindWireProxy(world());
    const repository = await open();
    proxy.answerWith(router((shards) => shards.map((shard) => ({ ...shard, localTime: SHARD_TIME }))));
    expect(await repository.storeNow()).toBe(SHARD_TIME.getTime());
  });

  test('is that of whoever calls itself a mongos where no shard tells its own', async () => {
    const { proxy, open } = await behindWireProxy(world());
    const repository = await open();
    proxy.answerWith(router((shards) => shards));
    expect(await repository.storeNow()).toBe(0);
  });

  test('is one command on a replica set', async () => {
    const { client, open } = await behindWireProxy(world());
    const repository = await open();
    const log = new CommandLog(client);
    expect(await log.namesDuring(() => repository.storeNow())).toEqual(['hello']);
  });
});

describeWithMongo('a server without updates by a pipeline', (world) => {
  for (const [name, error] of [
    ['does not parse them', { code: 9, errmsg: 'Failed to parse update: field must be of BSON type object' }],
    ['lacks a stage', { code: 304, errmsg: "Aggregation stage not supported: '$set'" }],
    ['lacks an expression', { code: 168, errmsg: "Unrecognized expression '$isNumber'" }],
  ] as const) {
    test(`is refused at opening, with the reason, when it ${name}`, async () => {
      const { proxy, db, collection, open } = await behindWireProxy(world());
      proxy.answerWith(async (command, pass) =>
        Array.isArray(command.updates?.[0]?.u) ? { ok: 0, ...error } : pass(command),
      );
      const opening = open();
      await expect(opening).rejects.toBeInstanceOf(StoreRejectedError);
      await expect(opening).rejects.toThrow(/Amazon DocumentDB 4 and 5/);
      expect(await db.listCollections({ name: collection }).toArray()).toEqual([]);
    });
  }
});

describeWithMongo('a list in availableAt', (world) => {
  test('is warned of at every opening once it was stored, with the cure, and the cure works', async () => {
    const { db, freshName } = world();
    const documents = db.collection(freshName());
    const warnings: string[] = [];
    const open = (): Promise<unknown> =>
      MongoMessageRepository.open({
        db,
        collection: documents.collectionName,
        onWarning: (text) => warnings.push(text),
      });
    await open();
    expect(warnings).toEqual([]);
    await documents.insertOne({ status: 'unsent', availableAt: [new Date(NOW), new Date(0)] });
    await documents.deleteMany({ availableAt: { $type: 'array' } });
    await open();
    await open();
    expect(warnings).toEqual(Array.from({ length: 2 }, () => expect.stringContaining('messaging_due')));
    // The test server also indexes what was deleted, as long as a transaction of another test may see it.
    const warningsAfterCure = async (): Promise<readonly string[]> => {
      warnings.length = 0;
      await documents.dropIndex('messaging_due');
      await open();
      return warnings;
    };
    await expect.poll(warningsAfterCure).toEqual([]);
  });

  for (const [what, reply] of [
    ['the server explains nothing', { ok: 0, code: 59, errmsg: 'no such command' }],
    ['the connection is lost as it explains', null],
  ] as const) {
    test(`does not keep it from opening where ${what}`, async () => {
      const { proxy, open } = await behindWireProxy(world());
      proxy.answerWith(async (command, pass) => ('explain' in command ? reply : pass(command)));
      await open({ onWarning: (text) => expect.unreachable(text) });
    });
  }
});

describeWithMongo('the erasure of a number', (world) => {
  const PHONE = '+905551111111';

  test('looks for what is under way once, after the last batch', async () => {
    const { client, open } = await behindWireProxy(world());
    const repository = await open();
    const { id } = await leaseOne(repository);
    await repository.insert(Array.from({ length: 4 }, () => aNewMessage({ phoneNumber: PHONE })));
    const log = new CommandLog(client);
    const full = await log.namesDuring(async () =>
      expect(await repository.erase(PHONE, 2)).toMatchObject({ inFlightIds: [] }),
    );
    expect(full).toEqual(['find', 'delete', 'find']);
    expect((await repository.erase(PHONE, 2)).erasedIds).toHaveLength(2);
    expect(await repository.erase(PHONE, 2)).toEqual({ erasedIds: [], inFlightIds: [id] });
  });
});
