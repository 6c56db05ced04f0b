import { expect, test } from 'vitest';
import { InMemoryMessageRepository, SeededRandom } from '../../src/in-memory/index.ts';
import { aWorld } from '../support/world.ts';

const NOW = 1_700_000_000_000;

test('an extension that takes effect after a later one does not end the lease earlier', async () => {
  const repository = new InMemoryMessageRepository(new SeededRandom());
  const request = { phoneNumber: '+905551111111', content: 'hello' };
  const unkeyed = { idempotencyKey: null, sendAt: null, expiresAt: null, createdAt: NOW };
  await repository.insert([{ ...request, ...unkeyed }]);
  const [claimed] = await repository.claimDue({
    now: NOW,
    leasedUntil: NOW + 1_000,
    leaseToken: 'token',
    journals: false,
    limit: 1,
  });
  const id = claimed?.message.id ?? '';
  await repository.extendLease('token', [id], NOW + 3_000);
  expect(await repository.extendLease('token', [id], NOW + 2_000)).toEqual({ held: [id], stale: [] });
  expect(repository.read(id)?.message).toMatchObject({ leasedUntil: NOW + 3_000, availableAt: NOW + 3_000 });
});

test('a send whose first extension arrived late has its whole lease', async () => {
  const world = aWorld({ leaseMs: 20_000, sendTimeoutMs: 15_000, concurrency: 1, storeTimeoutMs: 6_000 });
  const [, second] = await world.enqueue(2);
  if (second === undefined) throw new Error('nothing was stored');
  const leftAtSend: number[] = [];
  world.sender.always((call) => {
    leftAtSend.push((world.stored(call.id).leasedUntil ?? 0) - world.clock.now());
    return { kind: 'accepted' };
  });
  // The first send takes so long that the second needs an extension; the first try of that is given up and arrives later.
  world.sender.next(async () => {
    await world.clock.sleep(14_000);
    return { kind: 'accepted' };
  });
  let arriveLate: () => Promise<unknown> = async () => undefined;
  world.repository.next('extendLease', (work) => {
    arriveLate = work;
    return new Promise(() => {});
  });
  world.repository.next('extendLease', async (work) => {
    const result = await work();
    await arriveLate();
    return result;
  });
  await world.start();
  await world.clock.advance(60_000);
  expect(leftAtSend).toHaveLength(1);
  expect(leftAtSend[0]).toBeGreaterThanOrEqual(15_000);
  expect(world.stored(second).status).toBe('sent');
  await world.stopped();
});
