import { describe, expect, test } from 'vitest';
import type { Permanent, SendOutcome } from '../src/adapter.ts';
import { MINUTE, SECOND } from './support/builders.ts';
import { FixedRandom } from './support/fixed-random.ts';
import { ACCEPTED, HTTP_400, HTTP_500, OpenCalls } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

const BREAKER = { breaker: { failureThreshold: 3, cooldownMs: 30 * SECOND } };
const FAST = { drain: true, batchSize: 2, concurrency: 2, intervalMs: SECOND } as const;
const gone: Permanent = { kind: 'permanent', reason: 'http_410', endpoint: 'gone' };
/** Nobody was called. */
const unbuilt: Permanent = { kind: 'permanent', reason: 'missing_value', noRequest: true };
const refusing: Permanent = { kind: 'permanent', reason: 'http_401', endpoint: 'refusing' };

/** So late that a failed one does not come again within the test. */
const LATER = {
  maxAttempts: 8,
  baseDelayMs: 3_600_000,
  factor: 1,
  maxDelayMs: 3_600_000,
  maxRetryAfterMs: 3_600_000,
};

describe('the breaker', () => {
  test('opens after failures in a row; nothing is claimed and no attempt is used up while it is open', async () => {
    const world = aWorld({ ...FAST, ...BREAKER });
    world.sender.always(HTTP_500);
    const ids = await world.enqueue(20);
    await world.start();
    expect(world.dispatcher.status().breaker).toMatchObject({ state: 'open', reason: 'http_500' });
    expect(world.log.of('breaker.opened')).toMatchObject([{ reason: 'http_500' }]);
    const claims = world.repository.count('claimDue');
    const sent = world.sender.calls.length;
    await world.clock.advance(29 * SECOND);
    expect(world.repository.count('claimDue')).toBe(claims);
    expect(world.sender.calls).toHaveLength(sent);
    const attempts = ids.reduce((sum, id) => sum + world.stored(id).attempts, 0);
    expect(attempts).toBe(3);
    expect(ids.filter((id) => world.stored(id).lease !== null)).toEqual([]);
    await world.stopped();
  });

  test('sends one probe after the cool-down; failing, it uses up no attempt', async () => {
    const world = aWorld({ ...FAST, ...BREAKER }, { random: new FixedRandom(0.9999) });
    world.sender.always(HTTP_500);
    const ids = await world.enqueue(20);
    await world.start();
    const sent = world.sender.calls.length;
    await world.clock.advance(31 * SECOND);
    expect(world.sender.calls).toHaveLength(sent + 1);
    expect(world.dispatcher.status().breaker.state).toBe('open');
    const attempts = ids.reduce((sum, id) => sum + world.stored(id).attempts, 0);
    expect(attempts).toBe(3);
    await world.clock.advance(31 * SECOND);
    expect(world.sender.calls).toHaveLength(sent + 2);
    await world.stopped();
  });

  test('closes when the probe succeeds, and delivery goes on at once', async () => {
    const world = aWorld({ ...FAST, ...BREAKER, intervalMs: MINUTE });
    world.sender.next(HTTP_500, HTTP_500, HTTP_500);
    await world.enqueue(12);
    await world.start();
    await world.clock.advance(30 * SECOND);
    await world.settle();
    expect(world.dispatcher.status().breaker).toEqual({ state: 'closed', failures: 0 });
    expect(world.log.of('breaker.closed')).toHaveLength(1);
    await world.clock.advance(MINUTE);
    expect(await world.statuses()).toEqual({ sent: 12 });
    await world.stopped();
  });

  test('sends a probe no matter how often nothing is due for it', async () => {
    const world = aWorld({ ...FAST, ...BREAKER, retry: LATER }, { random: new FixedRandom(0.9999) });
    world.sender.next(HTTP_500, HTTP_500, HTTP_500);
    await world.enqueue(3);
    await world.start();
    await world.clock.advance(90 * SECOND);
    expect(world.dispatcher.status().breaker.state).not.toBe('closed');
    await world.enqueue(2);
    await world.clock.advance(31 * SECOND);
    expect(world.dispatcher.status().breaker.state).toBe('closed');
    await world.stopped();
  });

  test('is not stuck when the probe turns out undeliverable', async () => {
    const world = aWorld({ ...FAST, ...BREAKER, retry: LATER }, { random: new FixedRandom(0.9999) });
    world.sender.next(HTTP_500, HTTP_500, HTTP_500);
    await world.enqueue(3);
    const bad = await world.enqueueOne({
      sendAt: world.clock.now() + SECOND,
      expiresAt: world.clock.now() + 2 * SECOND,
    });
    await world.start();
    await world.clock.advance(5 * SECOND);
    await world.enqueue(1);
    await world.clock.advance(90 * SECOND);
    expect(world.stored(bad).status).toBe('failed');
    expect(world.dispatcher.status().breaker.state).toBe('closed');
    await world.stopped();
  });

  test('is not stuck when the claim of the probe fails', async () => {
    const world = aWorld({ ...FAST, ...BREAKER });
    world.sender.next(HTTP_500, HTTP_500, HTTP_500);
    await world.enqueue(6);
    await world.start();
    world.repository.next('claimDue', 'fails', 'fails');
    await world.clock.advance(60 * SECOND);
    expect(world.dispatcher.status().breaker.state).toBe('closed');
    await world.stopped();
  });

  test('is not stuck when the probe is cut off by a stop', async () => {
    const world = aWorld({ ...BREAKER, drainDeadlineMs: 0, intervalMs: SECOND });
    world.sender.next(HTTP_500, HTTP_500, HTTP_500).always(() => new Promise(() => {}));
    await world.enqueue(6);
    await world.start();
    await world.clock.advance(33 * SECOND);
    expect(world.dispatcher.status().breaker.state).toBe('probing');
    world.dispatcher.stop();
    await world.clock.advance(5 * SECOND);
    expect(world.dispatcher.status()).toMatchObject({ state: 'stopped', breaker: { state: 'open' } });
    world.sender.always(ACCEPTED);
    expect(await world.dispatcher.dispatchOnce()).toMatchObject({ report: { claimed: 1 } });
  });

  test('in-flight failures that come back after it opened use up no attempt', async () => {
    const world = aWorld({ ...BREAKER, batchSize: 6, concurrency: 6 });
    const calls = new OpenCalls();
    world.sender.always(calls.answer);
    const ids = await world.enqueue(6);
    await world.start();
    for (const outcome of [HTTP_500, HTTP_500, HTTP_500, HTTP_500, refusing, HTTP_400]) {
      calls.finish(outcome);
      await world.settle();
    }
    expect(ids.map((id) => [world.stored(id).status, world.stored(id).attempts])).toEqual([
      ['unsent', 1],
      ['unsent', 1],
      ['unsent', 1],
      ['unsent', 0],
      ['unsent', 0],
      ['failed', 1],
    ]);
    await world.stopped();
  });

  test('keeps every request in the history, marked where it is not counted', async () => {
    const world = aWorld({
      drain: true,
      batchSize: 1,
      concurrency: 1,
      intervalMs: SECOND,
      breaker: { failureThreshold: 1, cooldownMs: SECOND },
    });
    const timeout: SendOutcome = { kind: 'ambiguous', reason: 'http_504' };
    world.sender.next(timeout, timeout, timeout);
    const ids = await world.enqueue(2);
    await world.start();
    await world.clock.advance(5 * MINUTE);
    const made = (id: string) => world.sender.calls.filter((call) => call.id === id).length;
    for (const id of ids) {
      expect(world.stored(id)).toMatchObject({ status: 'sent' });
      expect(world.stored(id).history).toHaveLength(made(id));
      const counted = world.stored(id).history.filter((attempt) => attempt.uncounted !== true);
      expect(world.stored(id).attempts).toBe(counted.length);
    }
    const all = ids.flatMap((id) => world.stored(id).history);
    expect(all.map(({ outcome, uncounted }) => [outcome, uncounted]).sort()).toEqual([
      ['accepted', undefined],
      ['accepted', undefined],
      ['ambiguous', undefined],
      ['ambiguous', true],
      ['ambiguous', true],
    ]);
    await world.stopped();
  });

  test.for(['http_401', 'http_403', 'http_404'])(
    'counts %s, so that a wrong key cannot drain a backlog into failed',
    async (reason) => {
      const world = aWorld({ ...FAST, ...BREAKER });
      world.sender.always({ kind: 'permanent', reason, endpoint: 'refusing' });
      await world.enqueue(50);
      await world.start();
      await world.clock.advance(5 * MINUTE);
      expect(await world.statuses()).toEqual({ failed: 3, unsent: 47 });
      await world.stopped();
    },
  );

  test('does not count a message that the receiver refuses for its own sake', async () => {
    const world = aWorld({ ...FAST, ...BREAKER });
    world.sender.always(HTTP_400);
    await world.enqueue(20);
    await world.start();
    expect(await world.statuses()).toEqual({ failed: 20 });
    await world.stopped();
  });

  test('stays closed over any number of messages that can not be built, and the next is delivered at once', async () => {
    const world = aWorld({ ...FAST, ...BREAKER });
    world.sender.next(...Array<SendOutcome>(10).fill(unbuilt));
    const ids = await world.enqueue(11);
    await world.start();
    expect(await world.statuses()).toEqual({ failed: 10, sent: 1 });
    expect(world.stored(ids[0] ?? '')).toMatchObject({ reason: 'missing_value', attempts: 0, history: [] });
    expect(world.log.of('breaker.opened')).toEqual([]);
    await world.stopped();
  });

  test('counts on after a message that can not be built, which says nothing about the receiver', async () => {
    const world = aWorld({ ...FAST, ...BREAKER, batchSize: 1, concurrency: 1, retry: LATER });
    world.sender.next(HTTP_500, HTTP_500, unbuilt, HTTP_500);
    await world.enqueue(5);
    await world.start();
    expect(world.sender.calls).toHaveLength(4);
    expect(world.dispatcher.status().breaker).toMatchObject({ state: 'open', reason: 'http_500' });
    await world.stopped();
  });

  test('is not closed by a probe that can not be built; another follows at once', async () => {
    const world = aWorld({ ...FAST, ...BREAKER, batchSize: 1, concurrency: 1, retry: LATER });
    world.sender.next(HTTP_500, HTTP_500, HTTP_500, unbuilt, HTTP_500);
    await world.enqueue(8);
    await world.start();
    await world.clock.advance(31 * SECOND);
    expect(world.sender.calls).toHaveLength(5);
    expect(world.log.of('breaker.closed')).toEqual([]);
    expect(world.dispatcher.status().breaker.state).toBe('open');
    expect(await world.statuses()).toEqual({ failed: 1, unsent: 7 });
    await world.stopped();
  });

  test('on 410 stops until it is started again', async () => {
    const world = aWorld({ ...FAST, ...BREAKER, concurrency: 1 });
    world.sender.next(gone);
    await world.enqueue(5);
    await world.start();
    await world.clock.advance(20 * MINUTE);
    expect(world.sender.calls).toHaveLength(1);
    expect(await world.statuses()).toEqual({ failed: 1, unsent: 4 });
    expect(await world.dispatcher.dispatchOnce()).toEqual({
      kind: 'paused',
      reason: 'http_410',
      until: null,
    });
    await world.start();
    expect(await world.statuses()).toEqual({ failed: 1, sent: 4 });
    await world.stopped();
  });

  test.for([
    ['http_500', HTTP_500],
    ['http_401', refusing],
  ] as const)(
    'started again and again during an outage (%s), sends one message each time and uses up no attempt',
    async ([, outcome]) => {
      const world = aWorld({ ...FAST, ...BREAKER, batchSize: 10, concurrency: 10, retry: LATER });
      world.sender.always(outcome);
      const ids = await world.enqueue(25);
      await world.start();
      const attempts = (): number => ids.reduce((sum, id) => sum + world.stored(id).attempts, 0);
      const [sent, used, statuses] = [world.sender.calls.length, attempts(), await world.statuses()];
      for (let start = 1; start <= 4; start += 1) {
        await world.clock.advance(5 * SECOND);
        await world.start();
        await world.clock.advance(SECOND);
        expect(world.sender.calls).toHaveLength(sent + start);
      }
      expect(world.dispatcher.status().breaker.state).toBe('open');
      expect(world.log.of('breaker.closed')).toEqual([]);
      expect(attempts()).toBe(used);
      expect(await world.statuses()).toEqual(statuses);
      await world.stopped();
    },
  );

  test('started when the receiver is back, tries one message and then delivers all, before the cool-down has ended', async () => {
    const world = aWorld({ ...FAST, ...BREAKER, retry: LATER });
    world.sender.next(HTTP_500, HTTP_500, HTTP_500);
    await world.enqueue(20);
    await world.start();
    expect(world.dispatcher.status().breaker.state).toBe('open');
    world.sender.always(ACCEPTED);
    await world.start();
    await world.clock.advance(SECOND);
    expect(world.dispatcher.status().breaker.state).toBe('closed');
    expect(await world.statuses()).toEqual({ sent: 17, unsent: 3 });
    await world.stopped();
  });

  test('releases what was claimed and has not begun when it opens', async () => {
    const world = aWorld({
      batchSize: 10,
      concurrency: 1,
      breaker: { failureThreshold: 1, cooldownMs: MINUTE },
    });
    world.sender.always(HTTP_500);
    const ids = await world.enqueue(10);
    await world.start();
    expect(world.sender.calls).toHaveLength(1);
    expect(ids.map((id) => world.stored(id).lease)).toEqual(ids.map(() => null));
    expect(world.log.of('messages.released')).toMatchObject([{ ids: ids.slice(1, 2) }]);
    await world.stopped();
  });
});
