import { messagesAndSentCache } from './0001-messages-and-sent-cache.ts';
import { traceparent } from './0002-traceparent.ts';
import { acksCountedByTheBatch } from './0003-acks-counted-by-the-batch.ts';
import { deliveryStop } from './0004-delivery-stop.ts';
import type { Migration } from './migration.ts';

/** In order; the file's `user_version` is how many of them it has had. */
export const ALL_MIGRATIONS: readonly Migration[] = [
  messagesAndSentCache,
  traceparent,
  acksCountedByTheBatch,
  deliveryStop,
];
