import { StoreUnavailableError } from '@messaging-system/core';
import { expect, test } from 'vitest';
import type { Operation } from '../src/index.ts';
import { createWorld, enqueued, givenUp, PHONE, settled, type WorldOptions } from './support/world.ts';

function watched(given: WorldOptions = {}) {
  const told: Operation[] = [];
  const world = createWorld({
    apiKeys: ['opens-everything', { name: 'nightly', key: 'key-of-nightly' }],
    onOperation: (operation) => told.push(operation),
    ...given,
  });
  const headers = { authorization: 'Bearer key-of-nightly', 'x-request-id': 'r-1' };
  return { world, told, headers, whoAndHow: { key: 'nightly', via: 'api', requestId: 'r-1' } };
}

test('says what was done to which message', async () => {
  const { world, told, headers, whoAndHow } = watched();
  const { id } = await settled(world, givenUp);
  await world.post(`/messages/${id}/redrive`, undefined, headers);
  await world.post(`/messages/${id}/cancel`, undefined, headers);
  expect(told).toEqual([
    { action: 'redrive', messageId: id, ...whoAndHow },
    { action: 'cancel', messageId: id, ...whoAndHow },
  ]);
});

test('says how many messages an operation took', async () => {
  const { world, told, headers, whoAndHow } = watched();
  await settled(world, givenUp);
  // Messages that fail from now on are not among those that were meant.
  await world.clock.advance(1);
  await world.post('/messages/redrive', { status: 'failed' }, headers);
  await world.post('/messages/erase', { phoneNumber: PHONE }, headers);
  expect(told).toEqual([
    { action: 'redrive_matching', status: 'failed', phoneNumber: null, redriven: 1, ...whoAndHow },
    { action: 'erase', phoneNumber: PHONE, erased: 1, inFlight: 0, ...whoAndHow },
  ]);
});

test.each([
  ['/messages/cancel', { status: 'unsent' }, { of: 'cancel_matching', phoneNumber: null }],
  ['/messages/redrive', { status: 'failed' }, { of: 'redrive_matching', phoneNumber: null }],
  ['/messages/erase', { phoneNumber: PHONE }, { of: 'erase', phoneNumber: PHONE }],
])('says of %s that it failed on its way', async (path, body, what) => {
  const fails = (): Promise<never> => Promise.reject(new StoreUnavailableError('away'));
  const store = { list: fails, redriveMatching: fails, erase: fails };
  const { world, told, headers, whoAndHow } = watched({ store });
  expect((await world.post(path, body, headers)).status).toBe(503);
  expect(told).toEqual([{ action: 'unfinished', ...what, ...whoAndHow }]);
});

test('says nothing of what was not done', async () => {
  const { world, told, headers } = watched();
  const { id } = await enqueued(world);
  expect((await world.post(`/messages/${id}/redrive`, undefined, headers)).status).toBe(409);
  expect((await world.post('/messages/none/cancel', undefined, headers)).status).toBe(404);
  world.dispatcher.result = { kind: 'busy' };
  expect((await world.post('/processor/dispatch', undefined, headers)).status).toBe(409);
  expect(told).toEqual([]);
});

test('has no name for a key that has none', async () => {
  const { world, told } = watched();
  await world.post('/processor/stop', undefined, { authorization: 'Bearer opens-everything' });
  expect(told).toMatchObject([{ action: 'stop', key: null }]);
});

test('is done all the same when its report fails', async () => {
  const world = createWorld({
    onOperation: () => {
      throw new Error('the disk is full');
    },
  });
  expect((await world.post('/processor/stop')).status).toBe(200);
  expect(world.faults).toEqual([]);
});
