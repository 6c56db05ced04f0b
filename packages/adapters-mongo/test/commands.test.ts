import { aNack, anAck, NOW } from '@messaging-system/contract-tests';
import { type Document, MongoClient } from 'mongodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MongoMessageRepository, mongoClientOptions } from '../src/index.ts';
import { CommandLog } from './support/command-log.ts';
import { EVERY_OPERATION } from './support/every-operation.ts';
import { aClaim, insertSome } from './support/requests.ts';
import { describeWithMongo, type MongoWorld } from './support/services.ts';

const WRITES = ['insert', 'update', 'delete', 'findAndModify'];
const { socketTimeoutMS = 0 } = mongoClientOptions;
const READS = ['find', 'aggregate'];

/** A client whose options are quick, loose and with types of their own. */
async function openCareless(
  world: MongoWorld,
): Promise<{ readonly repository: MongoMessageRepository; readonly log: CommandLog }> {
  const client = new MongoClient(world.uri, {
    monitorCommands: true,
    writeConcern: { w: 1, journal: false },
    readConcern: { level: 'available' },
    readPreference: 'secondaryPreferred',
    promoteValues: false,
    promoteLongs: false,
    ignoreUndefined: true,
  });
  onTestFinished(() => client.close());
  const log = new CommandLog(client);
  const db = client.db(world.db.databaseName, {
    writeConcern: { w: 0 },
    readPreference: 'secondary',
  });
  return { repository: await MongoMessageRepository.open({ db, collection: world.freshName() }), log };
}

describeWithMongo('the commands that a repository sends', (world) => {
  describe('whatever the client was opened with', () => {
    for (const [name, operate] of Object.entries(EVERY_OPERATION)) {
      test(`${name} writes to a majority and reads from the primary, both in bounded time`, async () => {
        const { repository, log } = await openCareless(world());
        const commands = await log.during(() => operate(repository));
        const writes = commands.filter((command) => WRITES.some((write) => write in command));
        const reads = commands.filter((command) => READS.some((read) => read in command));
        expect(writes.length + reads.length).toBeGreaterThan(0);
        expect(writes.length + reads.length).toBe(commands.length);
        for (const { writeConcern } of writes) {
          expect(writeConcern).toMatchObject({ w: 'majority', j: true, wtimeout: expect.any(Number) });
        }
        for (const read of reads) expectPrimaryRead(read);
        // Before the time-out of the socket, or else it would run on while it is repeated.
        for (const { maxTimeMS } of reads) expect(maxTimeMS).toBeLessThan(socketTimeoutMS);
      });
    }

    test('a claim reads back what a majority has', async () => {
      const { repository, log } = await openCareless(world());
      await insertSome(repository, 2);
      const commands = await log.during(() => repository.claimDue(aClaim()));
      expect(commands.at(-1)).toMatchObject({
        find: expect.any(String),
        readConcern: { level: 'majority' },
      });
    });

    test('documents are read in the types that they have', async () => {
      const { repository } = await openCareless(world());
      await insertSome(repository, 1);
      const request = aClaim();
      const [claimed] = await repository.claimDue(request);
      await repository.settle(request.leaseToken, [aNack(claimed?.message.id ?? '', { availableAt: NOW })]);
      const [again] = await repository.claimDue(aClaim());
      expect(again?.message).toMatchObject({ attempts: 1, history: [{ attempt: 1, durationMs: 25 }] });
    });
  });

  describe('the number of round trips', () => {
    test('is the same for a batch of two and of fifty', async () => {
      const { repository, log } = await openCareless(world());
      await insertSome(repository, 2);
      const few = await log.namesDuring(() => lifeOf(repository, 2));
      await insertSome(repository, 50);
      const many = await log.namesDuring(() => lifeOf(repository, 50));
      expect(many).toEqual(few);
      expect(few).toEqual(['find', 'find', 'update', 'find', 'update', 'update', 'update', 'update']);
    });

    test('grows by one read where something of the batch is stale', async () => {
      const { repository, log } = await openCareless(world());
      await insertSome(repository, 3);
      const request = aClaim();
      const ids = (await repository.claimDue(request)).map(({ message }) => message.id);
      const stale = '6955b9000102030405ffffff';
      const names = await log.namesDuring(() =>
        repository.beginAttempt(request.leaseToken, [...ids, stale], NOW),
      );
      expect(names).toEqual(['update', 'find']);
    });
  });
});

async function lifeOf(repository: MongoMessageRepository, limit: number): Promise<void> {
  const request = aClaim({ limit });
  const ids = (await repository.claimDue(request)).map(({ message }) => message.id);
  expect(ids).toHaveLength(limit);
  const [released = '', ...others] = ids;
  await repository.beginAttempt(request.leaseToken, ids, NOW);
  await repository.extendLease(request.leaseToken, ids, NOW + 90_000);
  await repository.release(request.leaseToken, [released]);
  await repository.settle(
    request.leaseToken,
    others.map((id) => anAck(id)),
  );
}

/** Absent, for the driver, is the primary. */
function expectPrimaryRead(read: Document): void {
  expect(read.$readPreference ?? { mode: 'primary' }).toMatchObject({ mode: 'primary' });
  // The search for due messages reads the newest state: the update that follows decides.
  const isByHand = read.filter?.['history.startedAt'] !== undefined;
  const looksForDue =
    read.find !== undefined && read.projection?._id === 1 && read.hint === 'messaging_due' && !isByHand;
  expect(read.readConcern).toEqual({ level: looksForDue ? 'local' : 'majority' });
}
