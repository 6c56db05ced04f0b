import {
  messageRepositoryContract,
  registerContract,
  sentCacheContract,
} from '@messaging-system/contract-tests';
import { afterAll, describe, test } from 'vitest';
import { closePGlite, openPGliteHarness } from './support/pglite-harness.ts';
import { openPGliteCacheHarness } from './support/sent-cache-harness.ts';

// One connection, in WebAssembly.
const TIMEOUT_MS = 60_000;

afterAll(closePGlite);

registerContract(
  'PostgresMessageRepository on PGlite keeps the contract of MessageRepository',
  messageRepositoryContract,
  { describe, test: (title, body) => test(title, body, TIMEOUT_MS) },
  openPGliteHarness,
);

registerContract(
  'PostgresSentCache on PGlite keeps the contract of SentCache',
  sentCacheContract,
  { describe, test: (title, body) => test(title, body, TIMEOUT_MS) },
  openPGliteCacheHarness,
);
