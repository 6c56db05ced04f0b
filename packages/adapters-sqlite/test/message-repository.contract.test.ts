import { messageRepositoryContract, registerContract } from '@messaging-system/contract-tests';
import { describe, test } from 'vitest';
import { openRepositoryHarness } from './support/repository-harness.ts';

// Races of twenty callers over several processes take longer than a unit test.
const TIMEOUT_MS = 30_000;

registerContract(
  'SqliteMessageRepository keeps the contract of MessageRepository',
  messageRepositoryContract,
  { describe, test: (title, body) => test(title, body, TIMEOUT_MS) },
  openRepositoryHarness,
);
