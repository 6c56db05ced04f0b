import { connectionReason } from './connection-reason.ts';
import type { RedisClient } from './redis-client.ts';

const OUTCOMES = ['ready', 'close', 'end'] as const;

// However many operations wait, each client has one set of listeners.
const waits = new WeakMap<RedisClient, Promise<void>>();

/**
 * Waits for a connection that is being made, so that the first operations of a process are not lost to it where the client
 * queues nothing; at once in every other state. Resolves whether it was made or not.
 */
export async function whenConnected(redis: RedisClient): Promise<void> {
  // Its failure is reported by the events below.
  if (redis.status === 'wait') redis.connect().catch(() => undefined);
  if (redis.status !== 'connecting' && redis.status !== 'connect') return;
  if (isSearching(redis)) return;
  const wait = waits.get(redis) ?? firstOutcome(redis);
  waits.set(redis, wait);
  await wait;
}

function firstOutcome(redis: RedisClient): Promise<void> {
  return new Promise((resolve) => {
    // A client that finds no Sentinel says so in an error, and goes on connecting.
    const outcomes = hasSentinels(redis) ? [...OUTCOMES, 'error'] : OUTCOMES;
    const finish = (): void => {
      for (const outcome of outcomes) redis.off(outcome, finish);
      waits.delete(redis);
      resolve();
    };
    for (const outcome of outcomes) redis.on(outcome, finish);
  });
}

/** Whether it has already asked all Sentinels in vain. */
function isSearching(redis: RedisClient): boolean {
  return redis.status === 'connecting' && hasSentinels(redis) && connectionReason(redis) !== null;
}

function hasSentinels({ options }: RedisClient): boolean {
  return 'sentinels' in options && Array.isArray(options.sentinels);
}
