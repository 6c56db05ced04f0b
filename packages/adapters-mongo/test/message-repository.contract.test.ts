import { messageRepositoryContract, registerContract } from '@messaging-system/contract-tests';
import { describe, test } from 'vitest';
import { openRepositoryHarness } from './support/repository-harness.ts';
import { describeWithMongo } from './support/services.ts';

// 100,001 documents with all their indexes take the test server a while when it has much else to do.
const TIMEOUT_MS = 120_000;

describeWithMongo('MongoMessageRepository', (world) => {
  registerContract(
    'keeps the contract of MessageRepository',
    messageRepositoryContract,
    { describe, test: (title, body) => test(title, body, TIMEOUT_MS) },
    () => openRepositoryHarness(world()),
  );
});
