/**
 * Resolves when no promise of this thread has anything left to do at once: an immediate runs when all microtasks are done, however many
 * those make. It waits for nothing else and for no time.
 */
export function untilQuiet(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
