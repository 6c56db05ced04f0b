import { MongoClient } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { MongoMessageRepository } from '../src/index.ts';
import { CuttingProxy } from './support/cutting-proxy.ts';
import { insertSome } from './support/requests.ts';
import { describeWithMongo, type MongoWorld } from './support/services.ts';

/** Two repositories as two processes have them: each with a client of its own. */
async function openTwo(world: MongoWorld) {
  const collection = world.freshName();
  const client = new MongoClient(world.uri);
  onTestFinished(() => client.close());
  const open = { db: client.db(world.db.databaseName), collection, changeStreams: true };
  return {
    listening: await MongoMessageRepository.open(open),
    other: await MongoMessageRepository.open({ db: world.db, collection }),
  };
}

async function hasChangeStreams(world: MongoWorld): Promise<boolean> {
  const stream = world.db.collection(world.freshName()).watch();
  try {
    await stream.tryNext();
    return true;
  } catch {
    return false;
  } finally {
    await stream.close();
  }
}

describeWithMongo('with change streams asked for', (world) => {
  test('an insert of this process wakes, whether the server has them or not', async () => {
    const { listening } = await openTwo(world());
    let calls = 0;
    onTestFinished(
      listening.watch(() => {
        calls += 1;
      }),
    );
    await insertSome(listening, 1);
    expect(calls).toBeGreaterThan(0);
  });

  test('a listener that throws harms neither the insert nor the others', async () => {
    const { listening } = await openTwo(world());
    let calls = 0;
    onTestFinished(
      listening.watch(() => {
        throw new Error('a listener of no use');
      }),
    );
    onTestFinished(
      listening.watch(() => {
        calls += 1;
      }),
    );
    expect(await insertSome(listening, 1)).toHaveLength(1);
    expect(calls).toBeGreaterThan(0);
  });

  test('an insert of another process wakes where the server has them', async ({ skip }) => {
    if (!(await hasChangeStreams(world()))) skip('this server has no change streams');
    const { listening, other } = await openTwo(world());
    let calls = 0;
    onTestFinished(
      listening.watch(() => {
        calls += 1;
      }),
    );
    // The stream opens in its own time; what comes before it is polling's.
    await expect
      .poll(async () => {
        await insertSome(other, 1);
        return calls;
      })
      .toBeGreaterThan(0);
  });

  test('a stream that is lost is opened again, and what came meanwhile is looked for', async () => {
    const { uri, db, freshName } = world();
    const proxy = await CuttingProxy.open(uri);
    const client = new MongoClient(proxy.uri, { serverSelectionTimeoutMS: 300 });
    onTestFinished(async () => {
      await client.close();
      await proxy.close();
    });
    const repository = await MongoMessageRepository.open({
      db: client.db(db.databaseName),
      collection: freshName(),
      changeStreams: true,
    });
    proxy.down();
    let calls = 0;
    const end = repository.watch(() => {
      calls += 1;
    });
    await expect.poll(() => calls).toBeGreaterThan(0);
    await end();
  });

  test('watching goes on in silence where the server has none', async ({ skip }) => {
    if (await hasChangeStreams(world())) skip('this server has change streams');
    const { listening, other } = await openTwo(world());
    let calls = 0;
    const end = listening.watch(() => {
      calls += 1;
    });
    for (let inserted = 0; inserted < 5; inserted += 1) await insertSome(other, 1);
    expect(calls).toBe(0);
    await insertSome(listening, 1);
    expect(calls).toBe(1);
    await end();
    await listening.watch(() => undefined)();
  });
});
