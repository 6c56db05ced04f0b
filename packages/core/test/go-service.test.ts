import { describe, expect, test } from 'vitest';
import { aForeignDocument, MINUTE, SECOND } from './support/builders.ts';
import { HTTP_400, HTTP_500 } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

// Mistakes of the service that this one replaces; each is right here.
describe('unlike the Go service', () => {
  test('a 500 does not become sent', async () => {
    const world = aWorld();
    world.sender.always(HTTP_500);
    const id = await world.enqueueOne();
    await world.start();
    expect(world.stored(id)).toMatchObject({
      status: 'unsent',
      sentAt: null,
      attempts: 1,
      reason: 'http_500',
    });
    expect(world.sentCache.remembered).toEqual([]);
    await world.stopped();
  });

  test('two undeliverable messages at the head do not block the queue', async () => {
    const world = aWorld();
    world.repository.put(aForeignDocument('65f000000000000000000001', { phoneNumber: 'x' }));
    world.repository.put(aForeignDocument('65f000000000000000000002', { content: 'x'.repeat(501) }));
    world.repository.put(aForeignDocument('65f000000000000000000003'));
    world.sender.always((call) => (call.content === 'hello' ? { kind: 'accepted' } : HTTP_400));
    await world.start();
    await world.clock.advance(2 * MINUTE);
    expect(await world.statuses()).toEqual({ failed: 2, sent: 1 });
    await world.stopped();
  });

  test('sentAt is stored, with the receiver’s id', async () => {
    const world = aWorld();
    const id = await world.enqueueOne();
    await world.clock.advance(7 * SECOND);
    await world.start();
    expect(world.stored(id)).toMatchObject({ sentAt: world.clock.now(), webhookMessageId: 'hook-1' });
    await world.stopped();
  });

  test('two processes never send the same message', async () => {
    const world = aWorld({ drain: true, batchSize: 3, concurrency: 3 });
    const others = [1, 2, 3].map(() => world.join({ drain: true, batchSize: 3, concurrency: 3 }));
    world.sender.always(async () => {
      await world.clock.sleep(50);
      return { kind: 'accepted' };
    });
    await world.enqueue(200);
    for (const dispatcher of others) dispatcher.start();
    await world.start();
    await world.clock.advance(10 * SECOND);
    expect(await world.statuses()).toEqual({ sent: 200 });
    expect(world.sender.calls).toHaveLength(200);
    expect(new Set(world.sender.calls.map((call) => call.id)).size).toBe(200);
    for (const dispatcher of others) dispatcher.stop();
    await world.stopped();
  });

  test('a second start does nothing', async () => {
    const world = aWorld();
    await world.enqueue(4);
    await world.start();
    await world.start();
    await world.start();
    expect(world.sender.calls).toHaveLength(2);
    await world.stopped();
    expect(world.dispatcher.status().state).toBe('stopped');
    await world.clock.advance(10 * MINUTE);
    expect(world.sender.calls).toHaveLength(2);
  });

  test('its documents are delivered as they are, in turn with ours', async () => {
    const world = aWorld({ batchSize: 4, concurrency: 4 });
    const theirs = ['1', '2', '3', '4'].map((digit) => `65f00000000000000000000${digit}`);
    for (const id of theirs) {
      world.repository.put(aForeignDocument(id, { webhookMessageId: '', sentAt: -62_135_596_800_000 }));
    }
    const ours = await world.enqueue(4);
    await world.dispatcher.dispatchOnce();
    const first = world.sender.calls.map((call) => call.id);
    expect(first.filter((id) => theirs.includes(id))).toHaveLength(2);
    expect(first.filter((id) => ours.includes(id))).toHaveLength(2);
    await world.dispatcher.dispatchOnce();
    expect(await world.statuses()).toEqual({ sent: 8 });
  });

  test('its documents are asked for in the sent cache before they are sent: it may have sent them', async () => {
    const world = aWorld();
    const id = '65f000000000000000000001';
    world.repository.put(aForeignDocument(id));
    await world.sentCache.remember([{ id, webhookMessageId: 'w', sentAt: 42 }]);
    await world.start();
    expect(world.sender.calls).toEqual([]);
    expect(world.stored(id)).toMatchObject({ status: 'sent', webhookMessageId: 'w', sentAt: 42 });
    await world.stopped();
  });

  test('a document that was set back to unsent is sent, although it noted an answer without an id', async () => {
    const world = aWorld();
    const id = '65f000000000000000000001';
    world.repository.put(aForeignDocument(id, { webhookMessageId: '' }));
    await world.sentCache.remember([{ id, webhookMessageId: null, sentAt: 42 }]);
    await world.start();
    expect(world.sender.calls.map((call) => call.id)).toEqual([id]);
    expect(world.stored(id)).toMatchObject({ status: 'sent', webhookMessageId: 'hook-1' });
    await world.stopped();
  });
});
