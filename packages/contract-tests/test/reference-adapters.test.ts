import { describe, test } from 'vitest';
import {
  clockContract,
  messageRepositoryContract,
  registerContract,
  sentCacheContract,
  webhookSenderContract,
  webhookWireFormatContract,
} from '../src/index.ts';
import { openManualClock, openSystemClock } from './clock/clock-harnesses.ts';
import { openInMemoryRepository } from './in-memory/in-memory-repository-harness.ts';
import { openInMemorySentCache } from './in-memory/in-memory-sent-cache-harness.ts';
import { openTextSentCache } from './sent-cache/text-sent-cache-harness.ts';
import { openNodeHttpSender } from './webhook/node-http-harness.ts';

const vitest = { describe, test };

// The adapters of core.
registerContract('InMemoryMessageRepository', messageRepositoryContract, vitest, () =>
  openInMemoryRepository(),
);
registerContract('InMemorySentCache', sentCacheContract, vitest, openInMemorySentCache);
registerContract('ManualClock', clockContract, vitest, () => openManualClock());
registerContract('SystemClock', clockContract, vitest, openSystemClock);

// The other references of the doubles.
registerContract('TextSentCache', sentCacheContract, vitest, () => openTextSentCache());
registerContract('NodeHttpSender', webhookSenderContract, vitest, () => openNodeHttpSender());
registerContract('NodeHttpSender on the wire', webhookWireFormatContract, vitest, () => openNodeHttpSender());
