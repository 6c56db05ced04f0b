import { registerHooks } from 'node:module';
import { type Mutation, mutate, PACKAGES } from './mutation.ts';

/**
 * From now on this thread imports the file with the bug in it; nothing on the disk changes.
 * @returns whether the file has been imported since
 */
export function applyMutation(mutation: Mutation): () => boolean {
  const target = new URL(mutation.file, PACKAGES).href;
  let isApplied = false;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== target) return loaded;
      isApplied = true;
      return { ...loaded, source: mutate(String(loaded.source), mutation) };
    },
  });
  return () => isApplied;
}
