import type { SeenStoreHarness } from '../src/contract.ts';
import type { SeenStore } from '../src/index.ts';

const SHORT_MS = 1_000;

/** A harness whose time is moved by hand. */
export function aMemoryHarness(
  make: (options: { readonly now: () => number }) => SeenStore,
  makeAnother?: (options: { readonly now: () => number }, store: SeenStore) => SeenStore,
): SeenStoreHarness {
  let now = Date.UTC(2026, 0, 2);
  const options = { now: () => now };
  const store = make(options);
  return {
    store,
    another: makeAnother?.(options, store),
    shortMs: SHORT_MS,
    lapse: async () => {
      now += SHORT_MS;
    },
  };
}
