import type { MessageRepository, SentCache } from '@messaging-system/core';
import type { HealthCheck } from '@messaging-system/http-hono';
import { WriteProbe } from './write-probe.ts';

// An id that no message has, of the shape that every store looks up by its index.
const NOBODY = '0'.repeat(24);

// Two keys that are in different slots of a Redis Cluster, whatever is before them: one node alone may have either, but refuses both together.
const NOBODIES = [NOBODY, `${'0'.repeat(23)}1`];

/** Ready means that messages can be stored, not only read; the cache only narrows the window for copies. */
export function healthChecks(
  repository: MessageRepository,
  sentCache: SentCache,
): Readonly<Record<'store' | 'sentCache', HealthCheck>> {
  const store = new WriteProbe(() => tryStore(repository));
  const cache = new WriteProbe(() => trySentCache(sentCache));
  return {
    store: {
      required: true,
      check: async () => {
        await repository.findById(NOBODY);
        await store.check();
        return { ok: true };
      },
    },
    sentCache: {
      required: false,
      check: async () => {
        await sentCache.recall(NOBODIES);
        await cache.check();
        return { ok: true };
      },
    },
  };
}

/** A store that has no write to try is read from. */
export async function tryStore(repository: MessageRepository): Promise<void> {
  if (repository.tryWrite === undefined) await repository.findById(NOBODY);
  else await repository.tryWrite();
}

/** Remembers deliveries of messages that nobody has, recalls and forgets them. */
export async function trySentCache(sentCache: SentCache): Promise<void> {
  await sentCache.recall(NOBODIES);
  await sentCache.remember(NOBODIES.map((id) => ({ id, webhookMessageId: null, sentAt: 0 })));
  await sentCache.forget(NOBODIES);
}
