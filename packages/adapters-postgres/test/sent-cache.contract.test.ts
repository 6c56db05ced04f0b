import { registerContract, sentCacheContract } from '@messaging-system/contract-tests';
import { describe, test } from 'vitest';
import { openSentCacheHarness } from './support/sent-cache-harness.ts';
import { describeWithPostgres } from './support/services.ts';

describeWithPostgres('PostgresSentCache', (world) => {
  registerContract('keeps the contract of SentCache', sentCacheContract, { describe, test }, () =>
    openSentCacheHarness(world()),
  );
});
