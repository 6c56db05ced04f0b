import type { MessageRepository, SentCache } from '@messaging-system/core/adapter';
import type { WorldContext } from '../world-context.ts';
import { type Link, part } from './link.ts';

/** The sent cache as one process has it, next to its repository. */
export function linkedSentCache(
  world: WorldContext,
  link: Link,
  cache: SentCache,
  own: MessageRepository,
): SentCache {
  const { sends } = world;
  return {
    remember(records) {
      const ids = records.map(({ id }) => id);
      const note = sends.remembers(link.run, ids);
      return link.call('remember', ids, (share) => cache.remember(part(records, share))).finally(note);
    },
    async recall(ids) {
      const note = sends.recalls(link.run, ids);
      const known = await link.call('recall', ids, () => cache.recall(ids));
      note(known);
      return known;
    },
    forget: (ids) => link.call('forget', ids, () => cache.forget(ids)),
    isSettledWith: (repository) => repository === own && cache.isSettledWith?.(world.repository) === true,
  };
}
