import { describe, expect, test } from 'vitest';
import { ManualClock, SeededRandom } from '../src/in-memory/index.ts';
import { type Clock, Messages, StoreUnavailableError } from '../src/index.ts';
import { aStored, HOUR, MINUTE, SECOND, T0 } from './support/builders.ts';
import { FaultyRepository, TimedRepository } from './support/faulty-repository.ts';

const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const REQUEST = { phoneNumber: '+905551111111', content: 'hello' };

/** A process whose clock is off by so much; true time begins at T0. */
function aReplica(aheadMs: number): {
  readonly clock: ManualClock;
  readonly repository: TimedRepository;
  readonly messages: Messages;
} {
  const clock = new ManualClock(T0 + aheadMs);
  const repository = new TimedRepository(new SeededRandom());
  repository.storeTime = () => T0 + clock.elapsed();
  return { clock, repository, messages: new Messages({ repository, clock }) };
}

async function enqueueOne(messages: Messages): Promise<string> {
  const result = await messages.enqueue(REQUEST);
  if (result.kind !== 'stored') throw new Error(`it is ${result.kind}`);
  return result.message.id;
}

describe('with a clock that is off, and a store that can tell its time', () => {
  test.each([2 * HOUR, -2 * HOUR, 5 * YEAR])('by %i ms, what is enqueued is due at once', async (ahead) => {
    const { repository, messages } = aReplica(ahead);
    const id = await enqueueOne(messages);
    expect(repository.read(id)?.message).toMatchObject({ createdAt: T0, availableAt: T0 });
    expect(await messages.oldestDueAgeMs()).toBe(0);
  });

  test('what is redriven, by id or by a filter, is due at once', async () => {
    const { repository, messages } = aReplica(2 * HOUR);
    for (const id of ['a', 'b']) repository.put(aStored({ id, status: 'failed', settledAt: T0 - SECOND }));
    await messages.redrive(['a']);
    expect(await messages.redriveMatching({ status: 'failed' })).toBe(1);
    for (const id of ['a', 'b'])
      expect(repository.read(id)?.message).toMatchObject({ status: 'unsent', availableAt: T0 });
  });

  test('what is cancelled is so at the time of the store', async () => {
    const { repository, messages } = aReplica(100 * DAY);
    const id = await enqueueOne(messages);
    await messages.cancel([id]);
    expect(repository.read(id)?.message).toMatchObject({ status: 'cancelled', settledAt: T0 });
  });

  test('what expires is judged by the time of the store', async () => {
    const ahead = aReplica(2 * HOUR);
    expect(await ahead.messages.enqueue({ ...REQUEST, expiresAt: T0 + HOUR })).toMatchObject({
      kind: 'stored',
    });
    const behind = aReplica(-2 * HOUR);
    expect(await behind.messages.enqueue({ ...REQUEST, expiresAt: T0 - HOUR })).toMatchObject({
      kind: 'invalid',
    });
  });

  test.each([100 * DAY, 5 * YEAR])(
    'by %i ms, nothing is pruned that is not old by the store',
    async (ahead) => {
      const { repository, messages } = aReplica(ahead);
      repository.put(aStored({ status: 'sent', settledAt: T0 - MINUTE, idempotencyKey: 'order-1' }));
      expect(await messages.prune(90 * DAY)).toEqual({ kind: 'pruned', count: 0 });
      expect(await messages.prune(MINUTE - SECOND)).toEqual({ kind: 'pruned', count: 1 });
    },
  );

  test('a message of another process that was settled at a wrong time proves nothing', async () => {
    const { repository, messages } = aReplica(0);
    repository.put(aStored({ id: 'early', status: 'sent', settledAt: T0 - MINUTE }));
    repository.put(aStored({ id: 'late', status: 'sent', settledAt: T0 + 5 * YEAR }));
    expect(await messages.prune(HOUR)).toEqual({ kind: 'pruned', count: 0 });
  });
});

describe('the time of the store', () => {
  test('is asked for at the first call and twice a minute, however much is enqueued', async () => {
    const { clock, repository, messages } = aReplica(2 * HOUR);
    for (let second = 0; second < 60; second += 1) {
      await enqueueOne(messages);
      await clock.advance(SECOND);
    }
    expect(repository.count('storeNow')).toBe(2);
  });

  test('is asked for again at once when the clock was set', async () => {
    const { clock, repository, messages } = aReplica(0);
    await enqueueOne(messages);
    for (const now of [T0 + 2 * HOUR, T0 - 2 * HOUR]) {
      clock.set(now);
      const id = await enqueueOne(messages);
      expect(repository.read(id)?.message).toMatchObject({ availableAt: T0 });
    }
  });

  test('is asked for once by all that a transaction of the caller sees it through', async () => {
    const { repository, messages } = aReplica(2 * HOUR);
    for (let n = 0; n < 10; n += 1) await enqueueOne(messages.through(repository));
    expect(repository.count('storeNow')).toBe(1);
  });

  test('that came slowly counts where it shows that the clock is wrong', async () => {
    const { clock, repository, messages } = aReplica(2 * HOUR);
    repository.next('storeNow', async (work) => {
      const answer = await work();
      await clock.sleep(14 * SECOND);
      return answer;
    });
    const enqueued = enqueueOne(messages);
    await clock.advance(14 * SECOND);
    const { availableAt } = repository.read(await enqueued)?.message ?? {};
    expect(Math.abs((availableAt ?? 0) - T0 - 14 * SECOND)).toBeLessThanOrEqual(7 * SECOND);
  });

  test('that cannot be read for the moment is a fault, and nothing is stored or removed', async () => {
    const { repository, messages } = aReplica(2 * HOUR);
    repository.next('storeNow', 'fails', 'fails');
    await expect(messages.enqueue(REQUEST)).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(messages.prune(DAY)).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(await messages.counts()).toMatchObject({ unsent: { count: 0 } });
  });
});

describe('pruning a store that cannot tell its time', () => {
  function aMachine(
    aheadMs: number,
    as: (clock: ManualClock) => Clock = (clock) => clock,
  ): { readonly clock: ManualClock; readonly messages: Messages } {
    const clock = new ManualClock(T0 + aheadMs);
    const repository = new FaultyRepository(new SeededRandom());
    repository.put(aStored({ status: 'sent', settledAt: T0 - MINUTE }));
    return { clock, messages: new Messages({ repository, clock: as(clock) }) };
  }

  test('waits until the clock has run for an hour', async () => {
    const { clock, messages } = aMachine(0);
    expect(await messages.prune(SECOND)).toEqual({ kind: 'clock_unproven', provenInMs: HOUR });
    await clock.advance(20 * MINUTE);
    expect(await messages.prune(SECOND)).toEqual({ kind: 'clock_unproven', provenInMs: 40 * MINUTE });
    await clock.advance(40 * MINUTE);
    expect(await messages.prune(SECOND)).toEqual({ kind: 'pruned', count: 1 });
  });

  test.each([100 * DAY, 5 * YEAR])(
    'removes nothing on a machine that boots %i ms ahead and is put right',
    async (ahead) => {
      const { clock, messages } = aMachine(ahead);
      expect(await messages.prune(90 * DAY)).toMatchObject({ kind: 'clock_unproven' });
      await clock.advance(34 * MINUTE);
      clock.set(T0 + 34 * MINUTE);
      await clock.advance(26 * MINUTE);
      expect(await messages.prune(90 * DAY)).toEqual({ kind: 'clock_unproven', provenInMs: HOUR });
      await clock.advance(HOUR);
      expect(await messages.prune(90 * DAY)).toEqual({ kind: 'pruned', count: 0 });
    },
  );

  test('begins its hour anew when a proven clock is set', async () => {
    const { clock, messages } = aMachine(0);
    await clock.advance(DAY);
    expect(await messages.prune(90 * DAY)).toEqual({ kind: 'pruned', count: 0 });
    clock.set(clock.now() + 5 * YEAR);
    expect(await messages.prune(90 * DAY)).toEqual({ kind: 'clock_unproven', provenInMs: HOUR });
  });

  test('goes on while the clock is slewed', async () => {
    const { clock, messages } = aMachine(0);
    for (let hour = 0; hour < 48; hour += 1) {
      await clock.advance(HOUR);
      clock.set(clock.now() + 2 * SECOND);
      expect(await messages.prune(90 * DAY)).toMatchObject({ kind: 'pruned' });
    }
  });

  test('trusts no clock that looks like one that was set', async () => {
    const { clock, messages } = aMachine(0, (clock) => ({
      now: () => clock.now(),
      sleep: (ms, signal) => clock.sleep(ms, signal),
    }));
    await clock.advance(DAY);
    expect(await messages.prune(SECOND)).toEqual({ kind: 'clock_unproven', provenInMs: HOUR });
  });

  test('does not delay an insert: it is done when the call returns', async () => {
    const repository = new FaultyRepository(new SeededRandom());
    const messages = new Messages({ repository, clock: new ManualClock() });
    const enqueuing = messages.enqueue(REQUEST);
    const counting = repository.counts();
    expect(await counting).toMatchObject({ unsent: { count: 1 } });
    await enqueuing;
  });

  test('trusts the clock at once where the caller vouches for it', async () => {
    const { messages } = aMachine(0);
    expect(await messages.prune(SECOND, { trustsClock: true })).toEqual({ kind: 'pruned', count: 1 });
  });
});
