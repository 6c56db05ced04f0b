import { describe, expect, test } from 'vitest';
import { DEFAULT_RETRY_POLICY, type DispatcherOptions } from '../src/index.ts';
import { aForeignDocument, SECOND } from './support/builders.ts';
import { FixedRandom } from './support/fixed-random.ts';
import { HTTP_400, HTTP_500 } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

/** Every retry comes at (almost exactly) the end of this delay. */
const aboutIn = (ms: number): Partial<DispatcherOptions> => ({
  retry: { ...DEFAULT_RETRY_POLICY, baseDelayMs: ms, factor: 1, maxDelayMs: ms },
});
const ALMOST = { random: new FixedRandom(0.9999) };

describe('an invalid message', () => {
  test('is dead-lettered without a send, and the queue behind it moves', async () => {
    const world = aWorld();
    const bad = '65f000000000000000000001';
    world.repository.put(aForeignDocument(bad, { phoneNumber: 'not a number' }));
    const ids = await world.enqueue(1);
    await world.start();
    expect(world.stored(bad)).toMatchObject({
      status: 'failed',
      reason: 'invalid_phone_number',
      attempts: 0,
      settledAt: world.clock.now(),
    });
    expect(world.sender.calls.map((call) => call.id)).toEqual(ids);
    await world.stopped();
  });

  test('that cannot even be read (empty texts) is dead-lettered as any other', async () => {
    const world = aWorld();
    const bad = '65f000000000000000000001';
    world.repository.put(aForeignDocument(bad, { content: '' }));
    await world.start();
    expect(world.stored(bad)).toMatchObject({ status: 'failed', reason: 'invalid_content' });
    await world.stopped();
  });

  test('two at the head, whose answer is a failure for ever, do not block the queue', async () => {
    const world = aWorld();
    await world.enqueue(4);
    world.sender.always((call) => (Number(call.content) <= 2 ? HTTP_400 : { kind: 'accepted' }));
    await world.start();
    await world.clock.advance(120 * SECOND);
    expect(await world.statuses()).toEqual({ failed: 2, sent: 2 });
    await world.stopped();
  });

  test('two at the head that fail and may be tried again queue at their own due time', async () => {
    const world = aWorld(aboutIn(300 * SECOND), ALMOST);
    await world.enqueue(4);
    world.sender.always((call) => (Number(call.content) <= 2 ? HTTP_500 : { kind: 'accepted' }));
    await world.start();
    await world.clock.advance(120 * SECOND);
    expect(world.sender.contents).toEqual(['1', '2', '3', '4']);
    expect(await world.statuses()).toEqual({ unsent: 2, sent: 2 });
    await world.stopped();
  });
});

describe('an expired message', () => {
  test('is dead-lettered from that very instant on', async () => {
    const world = aWorld();
    const now = world.clock.now();
    const id = await world.enqueueOne({ expiresAt: now + 10 * SECOND });
    world.clock.set(now + 10 * SECOND);
    await world.start();
    expect(world.stored(id)).toMatchObject({ status: 'failed', reason: 'expired', attempts: 0 });
    expect(world.sender.calls).toEqual([]);
    await world.stopped();
  });

  test('is sent until the instant before', async () => {
    const world = aWorld();
    const now = world.clock.now();
    const id = await world.enqueueOne({ expiresAt: now + 10 * SECOND });
    world.clock.set(now + 10 * SECOND - 1);
    await world.start();
    expect(world.stored(id).status).toBe('sent');
    await world.stopped();
  });

  test.for(['resend', 'hold'] as const)(
    'is not sent when it expires while it waits for its place (%s)',
    async (ambiguity) => {
      const world = aWorld({ ambiguity, batchSize: 2, concurrency: 1 });
      world.sender.next(async () => {
        await world.clock.sleep(10 * SECOND);
        return { kind: 'accepted' };
      });
      const [, id = ''] = await world.enqueue(2, { expiresAt: world.clock.now() + 5 * SECOND });
      await world.start();
      await world.clock.advance(10 * SECOND);
      expect(world.sender.calls).toHaveLength(1);
      expect(world.stored(id)).toMatchObject({
        status: 'failed',
        reason: 'expired',
        attempts: 0,
        history: [],
      });
      await world.stopped();
    },
  );

  test('ends as unknown when an earlier attempt may have delivered it', async () => {
    const world = aWorld({ ...aboutIn(5 * SECOND), intervalMs: SECOND }, ALMOST);
    world.sender.next({ kind: 'ambiguous', reason: 'timeout' });
    const id = await world.enqueueOne({ expiresAt: world.clock.now() + 2 * SECOND });
    await world.start();
    await world.clock.advance(6 * SECOND);
    expect(world.stored(id)).toMatchObject({ status: 'unknown', reason: 'expired' });
    expect(world.sender.calls).toHaveLength(1);
    await world.stopped();
  });
});
