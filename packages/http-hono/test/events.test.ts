import { Dispatcher, Messages } from '@messaging-system/core';
import type { WebhookSender } from '@messaging-system/core/adapter';
import { InMemoryMessageRepository, ManualClock, SeededRandom } from '@messaging-system/core/in-memory';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ApiKeysOption, createHttpApp, LiveEvents, type LiveEventsOptions } from '../src/index.ts';
import { EventReader } from './support/event-reader.ts';
import { createWorld, enqueued, PHONE, START } from './support/world.ts';

function watched(options: Partial<LiveEventsOptions> = {}, apiKeys: ApiKeysOption = 'none') {
  const clock = new ManualClock(START);
  const events = new LiveEvents({ clock, ...options });
  onTestFinished(() => events.close());
  const world = createWorld({ clock, events, apiKeys });
  const open = async (headers: Record<string, string> = {}): Promise<EventReader> =>
    new EventReader(await world.app.request('/events', { headers }));
  return { world, clock, events, open };
}

function started(at: number): { readonly type: 'dispatcher.started'; readonly at: number } {
  return { type: 'dispatcher.started', at };
}

describe('GET /events', () => {
  test('tells what the dispatcher and the operators do, in order', async () => {
    const clock = new ManualClock(START);
    const events = new LiveEvents({ clock });
    onTestFinished(() => events.close());
    const repository = new InMemoryMessageRepository(new SeededRandom(1));
    const random = new SeededRandom(2);
    const sender: WebhookSender = {
      timeoutMs: 15_000,
      send: async () => ({ kind: 'accepted', webhookMessageId: 'w-1' }),
    };
    const messages = new Messages({ repository, clock, observer: events });
    const dispatcher = new Dispatcher({ repository, sender, clock, random, observer: events });
    const app = createHttpApp({ messages, dispatcher, clock, events, apiKeys: 'none' });
    const reader = new EventReader(await app.request('/events'));

    const result = await messages.enqueue({ phoneNumber: PHONE, content: 'Secret text' });
    if (result.kind !== 'stored') throw new Error('could not arrange a message');
    const dispatching = dispatcher.dispatchOnce();
    await clock.advance(1_000);
    await dispatching;

    const types = ['messages.enqueued', 'batch.claimed', 'attempt.started', 'attempt.finished'];
    const seen = [];
    for (const type of types) {
      const event = await reader.next();
      expect(event).toMatchObject({ type, data: { type, at: expect.stringMatching(/^2030-01-01T/) } });
      seen.push(event);
    }
    expect(seen[0]?.data).toMatchObject({ count: 1, messageIds: [result.message.id] });
    expect(seen[3]?.data).toMatchObject({ messageId: result.message.id, attempt: 1, outcome: 'accepted' });
    const settled = await reader.next();
    expect([settled, await reader.next()]).toContainEqual(
      expect.objectContaining({
        data: expect.objectContaining({ type: 'message.settled', status: 'sent', webhookMessageId: 'w-1' }),
      }),
    );
    expect(JSON.stringify([...seen, settled])).not.toMatch(/5551234567|Secret/);
  });

  test('keeps an idle connection alive', async () => {
    const { clock, open } = watched({ heartbeatMs: 10_000 });
    const reader = await open();
    expect(await reader.block()).toBe('retry: 2000');
    await clock.advance(10_000);
    expect(await reader.block()).toBe(': alive');
    await clock.advance(10_000);
    expect(await reader.block()).toBe(': alive');
  });

  test('tells a reader that comes back what it missed', async () => {
    const { events, open } = watched();
    const first = await open();
    events.observe(started(START));
    const seen = await first.next();
    await first.leave();
    events.observe(started(START + 1_000));
    const again = await open({ 'last-event-id': seen?.id ?? '' });
    expect(await again.next()).toMatchObject({ data: { at: '2030-01-01T00:00:01.000Z' } });
  });

  test.each(['', 'x', '1', 'other-1', 'a-b-c', '-', '99999999999999999999'])(
    'begins with what is new for the unknown last id "%s"',
    async (id) => {
      const { events, open } = watched();
      events.observe(started(START));
      const reader = await open({ 'last-event-id': id });
      events.observe(started(START + 5_000));
      expect(await reader.next()).toMatchObject({ data: { at: '2030-01-01T00:00:05.000Z' } });
    },
  );

  test('keeps no more for those who come back than it says', async () => {
    const { events, open } = watched({ kept: 3 });
    const first = await open();
    events.observe(started(START));
    const seen = await first.next();
    for (let second = 1; second <= 20; second += 1) events.observe(started(START + second * 1_000));
    const again = await open({ 'last-event-id': seen?.id ?? '' });
    expect(await again.next()).toMatchObject({ data: { at: '2030-01-01T00:00:18.000Z' } });
  });

  test('refuses one reader more than it may have, and takes one again when another has left', async () => {
    const { world, open } = watched({ maxConnections: 2 });
    const first = await open();
    await open();
    const refused = await world.call('/events');
    expect(refused).toMatchObject({ status: 503, body: { code: 'too_many_streams' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    await first.leave();
    await open();
  });

  test('disconnects a reader that does not read', async () => {
    const { events, open } = watched();
    const reader = await open();
    for (let count = 0; count < 1_100; count += 1) events.observe(started(START));
    let told = 0;
    while ((await reader.next()) !== null) told += 1;
    expect(told).toBeLessThan(1_100);
    expect(told).toBeGreaterThan(900);
  });

  test('ends every stream when it is closed, and opens none any more', async () => {
    const { world, clock, events, open } = watched();
    const reader = await open();
    events.close();
    expect(await reader.next()).toBeNull();
    expect((await world.call('/events')).status).toBe(503);
    expect(clock.sleepers).toBe(0);
  });

  test('asks for a key where one is set', async () => {
    const { world, open } = watched({}, ['key']);
    expect((await world.call('/events')).status).toBe(401);
    await open({ authorization: 'Bearer key' });
  });

  test('answers HEAD and opens nothing', async () => {
    const { world, clock } = watched();
    const answer = await world.app.request('/events', { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
    expect(clock.sleepers).toBe(0);
  });

  test('is documented as a stream', async () => {
    const { world } = watched();
    await enqueued(world);
    const document = (await world.call('/openapi.json')).body;
    expect(document).toHaveProperty([
      'paths',
      '/events',
      'get',
      'responses',
      '200',
      'content',
      'text/event-stream',
    ]);
  });

  test('is not there unless it was given', async () => {
    expect((await createWorld().call('/events')).status).toBe(404);
  });
});
