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
  allowed:
    'host:port, or a URL that begins with redis://, rediss://, unix:///, redis+sentinel://, rediss+sentinel://, redis+cluster:// or rediss+cluster://',
};

// The adapter reads the rest and says what is wrong with it.
function isRedisUrl(given: string): boolean {
  return /^(rediss?(\+(sentinel|cluster))?:\/\/[^/?#]|unix:\/\/[^?#])/i.test(given);
}
