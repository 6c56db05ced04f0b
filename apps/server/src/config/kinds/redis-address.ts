import * as v from 'valibot';
import type { Kind } from '../setting.ts';

/** The value is always a URL: `host:port` becomes `redis://host:port`. */
export const redisAddress: Kind<string> = {
  schema: v.pipe(
    v.string(),
    // A URL parser would drop what does not belong there, and connect to something else.
    v.regex(/^[^\s\p{Cc}]+$/u),
    v.transform((given) => (given.includes('://') ? given : `redis://${given}`)),
    v.check(isRedisUrl),
  ),
  allowed: 'host:port, or a redis:// or rediss:// URL',
};

function isRedisUrl(given: string): boolean {
  const url = URL.parse(given);
  return url !== null && /^rediss?:$/.test(url.protocol) && url.hostname !== '';
}
