import { describe, expect, test } from 'vitest';
import { InMemoryMessageRepository, ManualClock, SeededRandom } from '../src/in-memory/index.ts';
import { Messages, SentCacheUnavailableError } from '../src/index.ts';
import { aClaim, aForeignDocument, aStored, HOUR, SECOND, type StoredView, T0 } from './support/builders.ts';
import { EventLog } from './support/event-log.ts';
import { FaultySentCache } from './support/faulty-sent-cache.ts';

class Desk {
  readonly clock: ManualClock = new ManualClock();
  readonly repository: InMemoryMessageRepository = new InMemoryMessageRepository(new SeededRandom());
  readonly sentCache: FaultySentCache = new FaultySentCache(this.clock);
  readonly log: EventLog = new EventLog();
  readonly messages: Messages = new Messages({
    repository: this.repository,
    clock: this.clock,
    sentCache: this.sentCache,
    observer: this.log,
  });
  #made = 0;

  /** Puts a message in, and remembers a delivery of it. */
  async put(overrides: Partial<StoredView>): Promise<string> {
    this.#made += 1;
    const id = this.#made.toString(16).padStart(24, '0');
    this.repository.put(aStored({ id, ...overrides }));
    await this.sentCache.remember([{ id, webhookMessageId: 'w', sentAt: T0 }]);
    return id;
  }

  async remembers(id: string): Promise<boolean> {
    return (await this.sentCache.recall([id])).length === 1;
  }
}

describe('find, list and counts', () => {
  test('read what the repository has', async () => {
    const desk = new Desk();
    const first = await desk.put({ status: 'failed' });
    const second = await desk.put({});
    expect(await desk.messages.find(first)).toMatchObject({ id: first, status: 'failed' });
    expect(await desk.messages.find('nobody')).toBeNull();
    expect(await desk.messages.list({ limit: 1 })).toMatchObject({
      items: [{ id: second }],
      nextCursor: second,
    });
    expect(await desk.messages.counts()).toMatchObject({
      failed: { count: 1, exact: true },
      unsent: { count: 1 },
    });
  });
});

describe('oldestDueAgeMs', () => {
  test('is how long the earliest due message waits', async () => {
    const desk = new Desk();
    await desk.put({ availableAt: T0 - 5 * SECOND });
    await desk.put({ availableAt: T0 - SECOND });
    expect(await desk.messages.oldestDueAgeMs()).toBe(5 * SECOND);
  });

  test('is 0 when none is due, and when nobody knows since when', async () => {
    const desk = new Desk();
    expect(await desk.messages.oldestDueAgeMs()).toBe(0);
    await desk.put({ availableAt: T0 + SECOND });
    expect(await desk.messages.oldestDueAgeMs()).toBe(0);
    desk.repository.put(aForeignDocument('f'.repeat(24)));
    expect(await desk.messages.oldestDueAgeMs()).toBe(0);
  });
});

describe('cancel', () => {
  test('answers each id in order and tells the ones that it cancelled', async () => {
    const desk = new Desk();
    const unsent = await desk.put({});
    const sent = await desk.put({ status: 'sent' });
    const results = await desk.messages.cancel([sent, 'nobody', unsent]);
    expect(results.map((result) => result.kind)).toEqual(['refused', 'not_found', 'cancelled']);
    expect(desk.log.events).toEqual([{ type: 'messages.cancelled', at: T0, count: 1, ids: [unsent] }]);
  });

  test('is refused while the message is under way', async () => {
    const desk = new Desk();
    const id = await desk.put({});
    await desk.repository.claimDue(aClaim());
    expect(await desk.messages.cancel([id])).toMatchObject([{ kind: 'in_flight' }]);
    expect(desk.log.events).toEqual([]);
  });
});

describe('redrive', () => {
  test('makes failed and unknown ones due, forgets their deliveries and tells which', async () => {
    const desk = new Desk();
    const failed = await desk.put({ status: 'failed' });
    const unknown = await desk.put({ status: 'unknown' });
    const results = await desk.messages.redrive([failed, unknown, 'nobody']);
    expect(results.map((result) => result.kind)).toEqual(['redriven', 'redriven', 'not_found']);
    expect([await desk.remembers(failed), await desk.remembers(unknown)]).toEqual([false, false]);
    expect(desk.log.events).toEqual([
      { type: 'messages.redriven', at: T0, count: 2, ids: [failed, unknown] },
    ]);
  });

  test('of what it refuses leaves the delivery remembered: it may be what prevents a copy', async () => {
    const desk = new Desk();
    const ids = [
      await desk.put({}),
      await desk.put({ status: 'sent' }),
      await desk.put({ status: 'cancelled' }),
    ];
    const results = await desk.messages.redrive(ids);
    expect(results.map((result) => result.kind)).toEqual(['refused', 'refused', 'refused']);
    for (const id of ids) expect(await desk.remembers(id)).toBe(true);
  });

  test('goes on when the cache cannot forget, and says so', async () => {
    const desk = new Desk();
    const id = await desk.put({ status: 'failed' });
    desk.sentCache.conduct = 'fails';
    expect(await desk.messages.redrive([id])).toMatchObject([{ kind: 'redriven' }]);
    expect(desk.log.of('sent_cache.unavailable')).toMatchObject([{ operation: 'forget' }]);
  });

  test('works without a cache', async () => {
    const desk = new Desk();
    const id = await desk.put({ status: 'failed' });
    const messages = new Messages({ repository: desk.repository, clock: desk.clock });
    expect(await messages.redrive([id])).toMatchObject([{ kind: 'redriven' }]);
  });
});

describe('redriveMatching', () => {
  test('redrives everything that matches, over many batches, and returns how many', async () => {
    const desk = new Desk();
    for (let n = 0; n < 2500; n += 1) await desk.put({ status: 'failed', settledAt: T0 - 1 });
    const other = await desk.put({ status: 'unknown', settledAt: T0 - 1 });
    expect(await desk.messages.redriveMatching({ status: 'failed' })).toBe(2500);
    expect(await desk.messages.counts()).toMatchObject({ unsent: { count: 2500 }, unknown: { count: 1 } });
    expect(desk.repository.read(other)?.message.status).toBe('unknown');
    expect(desk.log.events).toEqual([{ type: 'messages.redriven', at: T0, count: 2500, ids: [] }]);
  });

  test('leaves alone what failed at this moment or later, and other numbers', async () => {
    const desk = new Desk();
    await desk.put({ status: 'failed', settledAt: T0 });
    await desk.put({ status: 'failed', settledAt: T0 - 1, phoneNumber: '+905552222222' });
    expect(await desk.messages.redriveMatching({ status: 'failed', phoneNumber: '+905551111111' })).toBe(0);
    expect(desk.log.events).toEqual([]);
  });
});

describe('erase', () => {
  const theirs = '+905553333333';

  test('removes every message of the number and its cache entries, and nothing else', async () => {
    const desk = new Desk();
    const ids: string[] = [];
    for (let n = 0; n < 1200; n += 1)
      ids.push(await desk.put({ phoneNumber: theirs, status: n % 2 ? 'sent' : 'unsent' }));
    const other = await desk.put({});
    expect(await desk.messages.erase(theirs)).toEqual({ erased: 1200, inFlightIds: [] });
    expect(await desk.sentCache.recall(ids)).toEqual([]);
    expect(await desk.messages.list({ limit: 10 })).toMatchObject({ items: [{ id: other }] });
    expect(await desk.remembers(other)).toBe(true);
    expect(desk.log.events).toMatchObject([{ type: 'messages.erased', count: 1200 }]);
  });

  test('leaves and names what is under way, with what is remembered of it', async () => {
    const desk = new Desk();
    const id = await desk.put({ phoneNumber: theirs });
    await desk.repository.claimDue(aClaim());
    expect(await desk.messages.erase(theirs)).toEqual({ erased: 0, inFlightIds: [id] });
    expect(await desk.remembers(id)).toBe(true);
    expect(desk.log.events).toEqual([]);
  });

  test('removes nothing when the cache cannot forget, so that it can be repeated', async () => {
    const desk = new Desk();
    const id = await desk.put({ phoneNumber: theirs });
    desk.sentCache.conduct = 'fails';
    await expect(desk.messages.erase(theirs)).rejects.toBeInstanceOf(SentCacheUnavailableError);
    expect(await desk.messages.find(id)).not.toBeNull();
    desk.sentCache.conduct = 'works';
    expect(await desk.messages.erase(theirs)).toEqual({ erased: 1, inFlightIds: [] });
  });

  test('says that copies remain in the files of the store', async () => {
    const desk = new Desk();
    await desk.put({ phoneNumber: theirs });
    const erase = desk.repository.erase.bind(desk.repository);
    desk.repository.erase = async (phoneNumber, limit) => ({
      ...(await erase(phoneNumber, limit)),
      copiesRemain: true,
    });
    expect(await desk.messages.erase(theirs)).toEqual({ erased: 1, inFlightIds: [], copiesRemain: true });
  });

  test('works without a cache', async () => {
    const desk = new Desk();
    await desk.put({ phoneNumber: theirs });
    const messages = new Messages({ repository: desk.repository, clock: desk.clock });
    expect(await messages.erase(theirs)).toEqual({ erased: 1, inFlightIds: [] });
  });
});

describe('cancelMatching', () => {
  test('cancels what is unsent, in batches, and counts what is under way', async () => {
    const desk = new Desk();
    for (let n = 0; n < 1100; n += 1) await desk.put({});
    const sent = await desk.put({ status: 'sent' });
    await desk.repository.claimDue(aClaim({ limit: 2 }));
    expect(await desk.messages.cancelMatching({})).toEqual({ cancelled: 1098, inFlight: 2 });
    expect(await desk.messages.counts()).toMatchObject({ cancelled: { count: 1098 }, unsent: { count: 2 } });
    expect((await desk.messages.find(sent))?.status).toBe('sent');
    expect(desk.log.of('messages.cancelled')).toMatchObject([{ count: 1098 }]);
    expect(await desk.messages.cancelMatching({})).toEqual({ cancelled: 0, inFlight: 2 });
  });

  test('takes only those to a phone number, and created within the time', async () => {
    const desk = new Desk();
    await desk.put({ phoneNumber: theirNumber });
    await desk.put({ createdAt: T0 - HOUR });
    await desk.put({ createdAt: T0 - SECOND });
    await desk.put({ createdAt: null });
    expect(await desk.messages.cancelMatching({ phoneNumber: theirNumber })).toMatchObject({ cancelled: 1 });
    const within = { createdFrom: T0 - HOUR, createdBefore: T0 - SECOND };
    expect(await desk.messages.cancelMatching(within)).toMatchObject({ cancelled: 1 });
    expect(await desk.messages.cancelMatching({ createdFrom: T0 - HOUR })).toMatchObject({ cancelled: 1 });
    expect(await desk.messages.cancelMatching({})).toMatchObject({ cancelled: 1 });
  });

  test('leaves what is enqueued after it has begun', async () => {
    const desk = new Desk();
    await desk.put({});
    const later = await desk.put({ createdAt: desk.clock.now() + 1 });
    expect(await desk.messages.cancelMatching({})).toMatchObject({ cancelled: 1 });
    expect((await desk.messages.find(later))?.status).toBe('unsent');
  });
});

describe('prune', () => {
  test('removes what was sent or cancelled longer ago, in batches, and frees its keys', async () => {
    const desk = new Desk();
    for (let n = 0; n < 1100; n += 1) await desk.put({ status: 'sent', settledAt: T0 - 2 * SECOND });
    await desk.put({ status: 'cancelled', settledAt: T0 - 2 * SECOND, idempotencyKey: 'k' });
    await desk.put({ status: 'sent', settledAt: T0 - SECOND });
    await desk.put({ status: 'failed', settledAt: 0 });
    await desk.put({ status: 'sent', settledAt: null });
    await desk.clock.advance(HOUR);
    expect(await desk.messages.prune(HOUR + SECOND)).toEqual({ kind: 'pruned', count: 1101 });
    expect(await desk.messages.counts()).toMatchObject({ sent: { count: 2 }, failed: { count: 1 } });
    const again = { phoneNumber: theirNumber, content: 'x', idempotencyKey: 'k' };
    expect(await desk.messages.enqueue(again)).toMatchObject({ kind: 'stored' });
    expect(desk.log.of('messages.pruned')).toMatchObject([{ count: 1101 }]);
  });
});

const theirNumber = '+905554444444';
