import { expect, test } from 'vitest';
import { HTTP_400 } from '../support/scripted-sender.ts';
import { aWorld } from '../support/world.ts';

test('the same key and request find the message after a redrive has dropped its expiry', async () => {
  const world = aWorld();
  const request = {
    phoneNumber: '+905551111111',
    content: 'hello',
    idempotencyKey: 'order-1',
    expiresAt: world.clock.now() + 3_600_000,
  };
  const stored = await world.messages.enqueue(request);
  if (stored.kind !== 'stored') throw new Error(stored.kind);
  world.sender.next(HTTP_400);
  await world.start();
  expect(await world.messages.redrive([stored.message.id])).toMatchObject([{ kind: 'redriven' }]);
  expect(await world.messages.enqueue(request)).toMatchObject({
    kind: 'existing',
    message: { id: stored.message.id },
  });
  expect(await world.messages.enqueue({ ...request, content: 'another' })).toMatchObject({
    kind: 'conflict',
  });
  await world.stopped();
});

test('a request with an expiry is another one than the same without, which nobody has touched', async () => {
  const world = aWorld();
  const request = { phoneNumber: '+905551111111', content: 'hello', idempotencyKey: 'order-1' };
  await world.messages.enqueue(request);
  const expiresAt = world.clock.now() + 3_600_000;
  expect(await world.messages.enqueue({ ...request, expiresAt })).toMatchObject({ kind: 'conflict' });
});
