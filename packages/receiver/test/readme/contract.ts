import { test } from 'node:test';
import { MemorySeenStore } from '@messaging-system/receiver';
import { seenStoreContract } from '@messaging-system/receiver/contract';

for (const [fact, run] of Object.entries(seenStoreContract)) {
  test(fact, () => {
    let now = 0;
    return run({
      store: new MemorySeenStore({ now: () => now }),
      shortMs: 1_000,
      lapse: async () => {
        now += 1_000;
      },
    });
  });
}
