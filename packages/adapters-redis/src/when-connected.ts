import type { Redis } from 'ioredis';

const OUTCOMES = ['ready', 'close', 'end'] as const;

// However many operations wait, each client has one set of listeners.
const waits = new WeakMap<Redis, Promise<void>>();

/**
 * Waits for a connection that is being made, so that the first operations of a process are not lost to it where the client
 * queues nothing; at once in every other state. Resolves whether it was made or not.
 */
export async function whenConnected(redis: Redis): Promise<void> {
  // Its failure is told by the events below.
  if (redis.status === 'wait') redis.connect().catch(() => undefined);
  if (redis.status !== 'connecting' && redis.status !== 'connect') return;
  const wait = waits.get(redis) ?? firstOutcome(redis);
  waits.set(redis, wait);
  await wait;
}

function firstOutcome(redis: Redis): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      for (const outcome of OUTCOMES) redis.off(outcome, finish);
      waits.delete(redis);
      resolve();
    };
    for (const outcome of OUTCOMES) redis.on(outcome, finish);
  });
}
