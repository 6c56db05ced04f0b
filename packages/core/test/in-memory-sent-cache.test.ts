import { describe, expect, test } from 'vitest';
import { InMemorySentCache, ManualClock } from '../src/in-memory/index.ts';
import { T0 } from './support/builders.ts';

describe('InMemorySentCache', () => {
  test('recalls what it remembers until its time to live is over', async () => {
    const clock = new ManualClock();
    const cache = new InMemorySentCache(clock, 1000);
    const record = { id: 'a', webhookMessageId: null, sentAt: 1 };
    await cache.remember([record]);
    await clock.advance(500);
    await cache.remember([{ ...record, id: 'b' }]);
    await clock.advance(499);
    expect(await cache.recall(['a', 'b', 'c'])).toHaveLength(2);
    await clock.advance(1);
    expect(await cache.recall(['a', 'b'])).toMatchObject([{ id: 'b' }]);
  });

  test('keeps a record for a day when nothing else is said', async () => {
    const clock = new ManualClock();
    const cache = new InMemorySentCache(clock);
    await cache.remember([{ id: 'a', webhookMessageId: null, sentAt: 1 }]);
    await clock.advance(86_399_999);
    expect(await cache.recall(['a'])).toHaveLength(1);
    await clock.advance(1);
    expect(await cache.recall(['a'])).toEqual([]);
  });

  test('does not keep what has expired when something new comes', async () => {
    const clock = new ManualClock();
    const cache = new InMemorySentCache(clock, 1000);
    await cache.remember([{ id: 'a', webhookMessageId: null, sentAt: 1 }]);
    clock.set(T0 + 1000);
    await cache.remember([{ id: 'b', webhookMessageId: null, sentAt: 1 }]);
    clock.set(T0);
    expect(await cache.recall(['a', 'b'])).toMatchObject([{ id: 'b' }]);
  });

  test('replaces a record, forgets one, and ignores ids that it does not know', async () => {
    const cache = new InMemorySentCache(new ManualClock());
    await cache.remember([{ id: 'a', webhookMessageId: 'x', sentAt: 1 }]);
    await cache.remember([{ id: 'a', webhookMessageId: 'y', sentAt: 2 }]);
    expect(await cache.recall(['a', 'nobody'])).toEqual([{ id: 'a', webhookMessageId: 'y', sentAt: 2 }]);
    await cache.forget(['a', 'nobody']);
    expect(await cache.recall(['a'])).toEqual([]);
  });
});
