import { aNack, anAck, LEASE_END, NOW } from '@messaging-system/contract-tests';
import { MongoClient, type MongoClientOptions } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { MongoMessageRepository, mongoClientOptions } from '../src/index.ts';
import { CuttingProxy } from './support/cutting-proxy.ts';
import { aClaim, insertSome } from './support/requests.ts';
import { describeWithMongo, type MongoWorld } from './support/services.ts';

/** For a network that stays down; what is made up for by the driver has to find the server again on a busy machine. */
const SOON_MS = 500;

/** A repository whose network can be cut, and another one whose network holds. */
async function openBehindProxy(world: MongoWorld, options: MongoClientOptions = {}) {
  const proxy = await CuttingProxy.open(world.uri);
  const client = new MongoClient(proxy.uri, {
    ...mongoClientOptions,
    serverSelectionTimeoutMS: 30_000,
    ...options,
  });
  onTestFinished(async () => {
    await client.close();
    await proxy.close();
  });
  const collection = world.freshName();
  const repository = await MongoMessageRepository.open({ db: client.db(world.db.databaseName), collection });
  const steady = await MongoMessageRepository.open({ db: world.db, collection });
  return { proxy, repository, steady };
}

/** A request of this name that carries this text. */
function carrying(name: string, text: string): (request: Buffer) => boolean {
  return (request) => request.includes(`${name}\0`) && request.includes(text);
}

describeWithMongo('an answer that is lost', (world) => {
  test('of a claim is made up for by reading what was stamped', async () => {
    const { proxy, repository } = await openBehindProxy(world());
    const messages = await insertSome(repository, 3);
    const request = aClaim();
    const cut = proxy.cutNextReply(carrying('update', request.leaseToken));
    const claimed = await repository.claimDue(request);
    await cut;
    expect(claimed.map(({ message }) => message.id)).toEqual(messages.map(({ id }) => id));
  });

  test('of a claim, and of the reading after it, is a fault, and the messages come back when the lease ends', async () => {
    const { proxy, repository, steady } = await openBehindProxy(world(), {
      serverSelectionTimeoutMS: SOON_MS,
    });
    const messages = await insertSome(repository, 3);
    const request = aClaim({ leasedUntil: LEASE_END });
    const cut = proxy.cutNextReply(carrying('update', request.leaseToken)).then(() => proxy.down());
    await expect(repository.claimDue(request)).rejects.toMatchObject({ code: 'store_unavailable' });
    await cut;
    await expect
      .poll(async () => (await steady.findById(messages[0]?.id ?? ''))?.leasedUntil)
      .toBe(LEASE_END);
    expect(await steady.claimDue(aClaim({ now: LEASE_END - 1 }))).toEqual([]);
    const again = await steady.claimDue(aClaim({ now: LEASE_END }));
    expect(again.map(({ message, interrupted }) => [message.id, interrupted])).toEqual(
      messages.map(({ id }) => [id, true]),
    );
    proxy.up();
  });

  test('of a settle is made up for by the driver, and nothing is settled twice', async () => {
    const { proxy, repository } = await openBehindProxy(world());
    await insertSome(repository, 2);
    const request = aClaim();
    const ids = (await repository.claimDue(request)).map(({ message }) => message.id);
    const cut = proxy.cutNextReply(carrying('update', 'a reason to be found'));
    const result = await repository.settle(
      request.leaseToken,
      ids.map((id) => aNack(id, { reason: 'a reason to be found' })),
    );
    await cut;
    expect(result).toEqual({ held: ids, stale: [] });
    for (const id of ids) expect(await repository.findById(id)).toMatchObject({ attempts: 1 });
  });

  test('of a settle that the caller repeats is held, once stored', async () => {
    const { proxy, repository, steady } = await openBehindProxy(world(), { retryWrites: false });
    const [message] = await insertSome(repository, 1);
    const id = message?.id ?? '';
    const request = aClaim();
    await repository.claimDue(request);
    const cut = proxy.cutNextReply(carrying('update', request.leaseToken));
    await expect(repository.settle(request.leaseToken, [anAck(id)])).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    await cut;
    await expect.poll(async () => (await steady.findById(id))?.status).toBe('sent');
    expect(await repository.settle(request.leaseToken, [anAck(id)])).toEqual({ held: [id], stale: [] });
    expect(await steady.findById(id)).toMatchObject({ attempts: 1 });
  });

  test('of the beginning of attempts is a fault, and a repeat counts none of them twice', async () => {
    const { proxy, repository, steady } = await openBehindProxy(world());
    const [message] = await insertSome(repository, 1);
    const id = message?.id ?? '';
    const request = aClaim({ journals: true });
    await repository.claimDue(request);
    const cut = proxy.cutNextReply(carrying('update', request.leaseToken));
    await expect(repository.beginAttempt(request.leaseToken, [id], NOW)).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    await cut;
    await expect.poll(async () => (await steady.findById(id))?.attempts).toBe(1);
    expect(await repository.beginAttempt(request.leaseToken, [id], NOW + 1)).toEqual({
      held: [id],
      stale: [],
    });
    expect(await steady.findById(id)).toMatchObject({ attempts: 1 });
  });

  test('of an erasure still says what is gone', async () => {
    const { proxy, repository, steady } = await openBehindProxy(world());
    const messages = await insertSome(repository, 3, { phoneNumber: '+905557777777' });
    const cut = proxy.cutNextReply((request) => request.includes('delete\0'));
    const { erasedIds } = await repository.erase('+905557777777', 10);
    await cut;
    expect([...erasedIds].sort()).toEqual(messages.map(({ id }) => id));
    expect((await steady.counts()).unsent.count).toBe(0);
  });

  test('of an insert is made up for by the driver, and each message is stored once', async () => {
    const { proxy, repository, steady } = await openBehindProxy(world());
    const cut = proxy.cutNextReply(carrying('insert', 'stored just once'));
    await insertSome(repository, 5, { content: 'stored just once' });
    await cut;
    expect((await steady.counts()).unsent.count).toBe(5);
  });
});
