import { expect, test } from 'vitest';
import { DEFAULT_RETRY_POLICY } from '../../src/index.ts';
import { HTTP_400, HTTP_500, TIMEOUT } from '../support/scripted-sender.ts';
import { aWorld } from '../support/world.ts';

const AT_ONCE = { ...DEFAULT_RETRY_POLICY, baseDelayMs: 0, maxAttempts: 2 };
const INTERVAL_MS = 120_000;

test('a message that may have been delivered is unknown, not failed, when a later attempt is refused permanently', async () => {
  const world = aWorld({ ambiguity: 'resend', retry: AT_ONCE });
  const id = await world.enqueueOne();
  world.sender.next(TIMEOUT, HTTP_400);
  await world.start();
  await world.clock.advance(INTERVAL_MS);
  expect(world.stored(id)).toMatchObject({ status: 'unknown', reason: 'http_400', attempts: 2 });
  await world.stopped();
});

test('a message that may have been delivered is unknown, not failed, when retries use up its attempts', async () => {
  const world = aWorld({ ambiguity: 'resend', retry: AT_ONCE });
  const id = await world.enqueueOne();
  world.sender.next(TIMEOUT, HTTP_500);
  await world.start();
  await world.clock.advance(INTERVAL_MS);
  expect(world.stored(id)).toMatchObject({ status: 'unknown', reason: 'http_500', attempts: 2 });
  await world.stopped();
});

test('a message that certainly was not delivered is failed', async () => {
  const world = aWorld({ ambiguity: 'resend', retry: AT_ONCE });
  const id = await world.enqueueOne();
  world.sender.next(HTTP_500, HTTP_500);
  await world.start();
  await world.clock.advance(INTERVAL_MS);
  expect(world.stored(id)).toMatchObject({ status: 'failed', reason: 'http_500', attempts: 2 });
  await world.stopped();
});
