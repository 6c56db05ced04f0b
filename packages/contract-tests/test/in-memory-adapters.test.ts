import { describe, test } from 'vitest';
import { messageRepositoryContract, registerContract } from '../src/index.ts';
import { openInMemoryRepository } from './in-memory/in-memory-repository-harness.ts';

registerContract('InMemoryMessageRepository', messageRepositoryContract, { describe, test }, () =>
  openInMemoryRepository(),
);
