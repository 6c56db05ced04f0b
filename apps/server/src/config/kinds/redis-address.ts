import * as v from 'valibot';
import type { Kind } from '../setting.ts';

/** The value is always a URL: `host:port` becomes `redis://host:port`. */
export const redisAddress: Kind<string> = {
  schema: v.pipe(
    v.string(),
    v.transform((given) => (given.includes('://') ? given : `redis://${given}`)),
    v.check(isRedisUrl),
  ),
  allowed: 'host:port, or a redis:// or rediss:// URL',
};

function isRedisUrl(given: string): boolean {
  const url = URL.parse(given);
  return url !== null && /^rediss?:$/.test(url.protocol) && url.hostname !== '';
}
