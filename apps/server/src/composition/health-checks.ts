import type { MessageRepository, SentCache } from '@messaging-system/core/adapter';
import type { HealthCheck } from '@messaging-system/http-hono';

// An id that no message has, of the shape that every store looks up by its index.
const NOBODY = '0'.repeat(24);

// Two keys that are in different slots of a Redis Cluster, whatever is before them: one node alone may have either, but refuses both together.
const NOBODIES = [NOBODY, `${'0'.repeat(23)}1`];

/** Ready means that messages can be stored, not only read; the cache only narrows the window for duplicates. */
export function healthChecks(
  repository: MessageRepository,
  sentCache: SentCache,
): Readonly<Record<'store' | 'sentCache', HealthCheck>> {
  const store = seldom(() => tryStore(repository));
  const cache = seldom(() => trySentCache(sentCache));
  return {
    store: {
      required: true,
      check: async () => {
        await repository.findById(NOBODY);
        await store();
        return { ok: true };
      },
    },
    sentCache: {
      required: false,
      check: async () => {
        await sentCache.recall(NOBODIES);
        await cache();
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

const KEPT_MS = 5_000;

/**
 * Tries a write at most once in five seconds, for however many ask: whoever reaches `/readyz` needs no key for it. A caller who asks while a try is under
 * way, or just after, shares its outcome.
 */
function seldom(tryWrite: () => Promise<void>): () => Promise<void> {
  let outcome: Promise<void> | null = null;
  let endedAt = Number.POSITIVE_INFINITY;
  return () => {
    if (outcome === null || performance.now() - endedAt >= KEPT_MS) {
      endedAt = Number.POSITIVE_INFINITY;
      outcome = tryWrite().finally(() => {
        endedAt = performance.now();
      });
    }
    return outcome;
  };
}
