import { describe, expect, test } from 'vitest';
import { seenStoreContract } from '../src/contract.ts';
import { MemorySeenStore } from '../src/index.ts';
import { aMemoryHarness } from './memory-harness.ts';
import { RedisWorld, skipped, titled } from './redis-world.ts';

describe('MemorySeenStore', () => {
  for (const [fact, run] of Object.entries(seenStoreContract)) {
    test(fact, () => run(aMemoryHarness((options) => new MemorySeenStore(options))));
  }

  test('forgets what has ended, so that it does not grow for ever', async () => {
    let now = 0;
    const store = new MemorySeenStore({ now: () => now });
    for (let n = 0; n < 1_000; n += 1) {
      now += 10;
      const begun = await store.begin(`${n}`, { leaseMs: 50 });
      if (begun.kind === 'begun' && n % 2 === 0) {
        await store.complete(`${n}`, begun.token, { keepMs: 100, messageId: null });
      }
    }
    expect(store.size).toBeLessThan(20);
  });
});

describe.skipIf(skipped !== null)(titled('RedisSeenStore'), () => {
  for (const [fact, run] of Object.entries(seenStoreContract)) {
    test(fact, async () => {
      await using world = new RedisWorld();
      await run({
        store: world.store,
        another: world.another,
        shortMs: 200,
        lapse: (id) => expect.poll(() => world.redis.exists(world.keyPrefix + id)).toBe(0),
      });
    });
  }
});
