import { InMemoryMessageRepository, SeededRandom } from '@messaging-system/core/in-memory';
import { expect, test } from 'vitest';
import { createDashboard, DashboardFeed, deliverySwitchOf, type Operation } from '../src/index.ts';
import { createWorld, START } from './support/world.ts';

const headers = { authorization: 'Bearer key-of-night' };

function watched() {
  const told: Operation[] = [];
  const repository = new InMemoryMessageRepository(new SeededRandom(1));
  const world = createWorld({
    apiKeys: [
      { name: 'night', key: 'key-of-night', scopes: ['read', 'operate'] },
      { name: 'reader', key: 'key-of-reader', scopes: ['read', 'send', 'erase'] },
    ],
    deliverySwitch: deliverySwitchOf(repository),
    onOperation: (operation) => told.push(operation),
  });
  return { told, repository, world };
}

test('a stop for all is kept in the store with the key that asked, shown, and ended by start-all', async () => {
  const { told, repository, world } = watched();
  const deliveryStop = { at: '2030-01-01T00:00:00.000Z', by: 'night' };
  expect(await world.post('/processor/stop-all', undefined, headers)).toMatchObject({
    status: 200,
    body: { deliveryStop },
  });
  expect(await repository.deliveryStop()).toEqual({ at: START, by: 'night' });
  expect((await world.call('/processor', { headers })).body).toMatchObject({ deliveryStop });
  await world.clock.advance(1000);
  expect((await world.post('/processor/stop-all', undefined, headers)).body).toEqual({ deliveryStop });
  // The start of one server does not end it.
  await world.post('/processor/start', undefined, headers);
  expect((await world.call('/processor', { headers })).body).toMatchObject({ deliveryStop });

  expect((await world.post('/processor/start-all', undefined, headers)).body).toEqual({ deliveryStop: null });
  expect(await repository.deliveryStop()).toBeNull();
  expect((await world.call('/processor', { headers })).body).not.toHaveProperty('deliveryStop');
  expect(told.map(({ action, key }) => [action, key])).toEqual([
    ['stop_all', 'night'],
    ['stop_all', 'night'],
    ['start', 'night'],
    ['start_all', 'night'],
  ]);
});

test.each(['stop-all', 'start-all'])('%s needs the scope operate', async (action) => {
  const { told, world } = watched();
  const asReader = { authorization: 'Bearer key-of-reader' };
  expect((await world.post(`/processor/${action}`, undefined, asReader)).status).toBe(403);
  expect(told).toEqual([]);
});

test('a store that keeps no stop has no stop for all', async () => {
  const world = createWorld();
  expect(await world.post('/processor/stop-all')).toMatchObject({
    status: 400,
    body: { code: 'invalid_action' },
  });
});

test('a dashboard that is mounted by itself shows a stop for all', async () => {
  const { repository, world } = watched();
  const { messages, dispatcher, clock } = world;
  await repository.stopDelivery({ at: START, by: 'night' });
  const dashboard = createDashboard({
    messages,
    dispatcher,
    clock,
    apiKeys: 'none',
    feed: new DashboardFeed({ clock }),
    deliverySwitch: deliverySwitchOf(repository),
  });
  const page = await dashboard.request('/');
  expect(await page.text()).toContain('delivery is stopped for all servers by night');
});
