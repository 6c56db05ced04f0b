import { aDeadLetter, anAck, NOW } from '@messaging-system/contract-tests';
import { type Document, MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { MongoMessageRepository } from '../src/index.ts';
import { CommandLog } from './support/command-log.ts';
import { EVERY_OPERATION } from './support/every-operation.ts';
import { goUnsent } from './support/go-documents.ts';
import { aClaim, insertSome } from './support/requests.ts';
import { describeWithMongo, type MongoWorld } from './support/services.ts';

interface Filled {
  readonly client: MongoClient;
  readonly repository: MongoMessageRepository;
  readonly log: CommandLog;
}

/** Enough documents of every kind that reading all of them would be the worse plan. */
async function openFilled(world: MongoWorld): Promise<Filled> {
  const client = new MongoClient(world.uri, { monitorCommands: true });
  const db = client.db(world.db.databaseName);
  const collection = world.freshName();
  const repository = await MongoMessageRepository.open({ db, collection });
  for (const settlement of [anAck, aDeadLetter, null]) {
    await insertSome(repository, 500, { phoneNumber: '+905559999999' });
    if (settlement === null) continue;
    const request = aClaim({ limit: 500 });
    const claimed = await repository.claimDue(request);
    await repository.settle(
      request.leaseToken,
      claimed.map(({ message }) => settlement(message.id)),
    );
  }
  const texts = { phoneNumber: '+905558888888', content: 'Written by another service' };
  await db.collection(collection).insertMany(Array.from({ length: 500 }, () => goUnsent(texts)));
  return { client, repository, log: new CommandLog(client) };
}

const ENVELOPE = [
  'lsid',
  '$clusterTime',
  '$db',
  'txnNumber',
  'writeConcern',
  'readConcern',
  '$readPreference',
  'maxTimeMS',
];

/** The same question, asked about: what looks for documents in it. */
function explained(command: Document): readonly Document[] {
  const plain = Object.fromEntries(Object.entries(command).filter(([field]) => !ENVELOPE.includes(field)));
  if (plain.updates !== undefined) {
    return plain.updates.map((update: Document) => ({ update: plain.update, updates: [update] }));
  }
  if (plain.deletes !== undefined) {
    return plain.deletes.map((remove: Document) => ({ delete: plain.delete, deletes: [remove] }));
  }
  return plain.insert === undefined ? [plain] : [];
}

describeWithMongo('every question to the collection is answered by an index', (world) => {
  let filled: Filled | null = null;
  beforeAll(async () => {
    filled = await openFilled(world());
  });
  afterAll(() => filled?.client.close());

  async function questionsOf(
    operate: (repository: MongoMessageRepository) => Promise<unknown>,
  ): Promise<readonly Document[]> {
    const { repository, log } = filled ?? (await openFilled(world()));
    return (await log.during(() => operate(repository))).flatMap(explained);
  }

  async function planOf(question: Document): Promise<string> {
    const plan = await world().db.command({ explain: question, verbosity: 'queryPlanner' });
    return JSON.stringify(plan.queryPlanner?.winningPlan ?? plan);
  }

  for (const [name, operate] of Object.entries(EVERY_OPERATION)) {
    test(`in ${name}`, async () => {
      const questions = await questionsOf(operate);
      expect(questions).not.toEqual([]);
      for (const question of questions) {
        const plan = await planOf(question);
        expect(usesIndex(plan), `${JSON.stringify(question)} is answered by ${plan}`).toBe(true);
      }
    });
  }

  test('and one that no index answers is recognized', async () => {
    const { db } = world();
    const [collection] = (await db.collections()).map(({ collectionName }) => collectionName);
    // Sorted, since the test server may walk along `_id` for whatever has no order of its own.
    const question = { find: collection, filter: { content: 'Nobody asks for this' }, sort: { content: 1 } };
    const plan = await planOf(question);
    expect(usesIndex(plan), plan).toBe(false);
  });

  test('a claim reads the head of the index for either stream and sorts nothing', async () => {
    // A claim learns of the one before where either stream begins: here it is always the second of its repository.
    const { client, repository, log } = await openFilled(world());
    onTestFinished(() => client.close());
    await repository.claimDue(aClaim({ limit: 2 }));
    const commands = await log.during(() => repository.claimDue(aClaim({ limit: 2 })));
    const questions = commands.flatMap(explained);
    const [own = {}, foreign = {}] = questions.filter(({ hint }) => hint === 'messaging_due');
    expect([own.filter, foreign.filter]).toEqual([
      { status: 'unsent', availableAt: { $gte: expect.any(Date), $lte: new Date(NOW) } },
      { status: 'unsent', availableAt: null, _id: { $gte: expect.anything() } },
    ]);
    const fromTheBeginning = [
      { ...own, filter: { status: 'unsent', availableAt: { $lte: new Date(NOW) } } },
      { ...foreign, filter: { status: 'unsent', availableAt: null } },
    ];
    for (const search of [own, foreign, ...fromTheBeginning]) {
      expect(await planOf(search)).not.toMatch(/"stage":"SORT"/);
    }
  });
});

function usesIndex(plan: string): boolean {
  const stages = [...plan.matchAll(/"stage":"(\w+)"/g)].map(([, stage]) => stage);
  // The test server's gateway calls a walk along `_id` a COLLSCAN; its engine's plan names the index.
  const walksAlongIds = plan.includes('"Index Name":"_id_"') && !stages.includes('SORT');
  return (
    walksAlongIds ||
    (!stages.includes('COLLSCAN') &&
      stages.some((stage) => ['IXSCAN', 'IDHACK', 'COUNT_SCAN', 'EXPRESS_IXSCAN'].includes(stage ?? '')))
  );
}
