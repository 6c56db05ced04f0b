// A process of `raceProcesses`.
import { MongoClient } from 'mongodb';
import { claimUntilEmpty } from '../../../../tooling/claim-until-empty.ts';
import { MongoMessageRepository } from '../../src/index.ts';

await claimUntilEmpty(async ({ uri = '', db, collection = '' }) => {
  const client = await new MongoClient(uri).connect();
  const repository = await MongoMessageRepository.open({ db: client.db(db), collection });
  return { repository, close: () => client.close() };
});
