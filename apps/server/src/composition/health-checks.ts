import type { MessageRepository, SentCache } from '@messaging-system/core';
import type { HealthCheck } from '@messaging-system/http-hono';

// An id that no message has, of the shape that every store looks up by its index.
const NOBODY = '0'.repeat(24);

/** Ready means that messages can be stored; the cache only narrows the window for copies. */
export function healthChecks(
  repository: MessageRepository,
  sentCache: SentCache,
): Readonly<Record<'store' | 'sentCache', HealthCheck>> {
  return {
    store: {
      required: true,
      check: async () => {
        await repository.findById(NOBODY);
        return { ok: true };
      },
    },
    sentCache: {
      required: false,
      check: async () => {
        await sentCache.recall([NOBODY]);
        return { ok: true };
      },
    },
  };
}
