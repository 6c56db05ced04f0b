import { messageRepositoryContract, registerContract } from '@messaging-system/contract-tests';
import { describe, test } from 'vitest';
import { openRepositoryHarness } from './support/repository-harness.ts';
import { describeWithPostgres } from './support/services.ts';

// Races of twenty callers over several processes take longer than a unit test.
const TIMEOUT_MS = 60_000;

describeWithPostgres('PostgresMessageRepository', (world) => {
  registerContract(
    'keeps the contract of MessageRepository',
    messageRepositoryContract,
    { describe, test: (title, body) => test(title, body, TIMEOUT_MS) },
    () => openRepositoryHarness(world()),
  );
});
