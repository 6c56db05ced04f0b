import * as v from 'valibot';
import type { Kind } from '../setting.ts';

/** The value is the normalised URL. User names and passwords have a header of their own; in a URL they end up in logs. */
export const httpUrl: Kind<string> = {
  schema: v.pipe(
    v.string(),
    v.check(isPlainHttpUrl),
    v.transform((given) => new URL(given).href),
  ),
  allowed: 'an http or https URL without user name and password',
};

function isPlainHttpUrl(given: string): boolean {
  const url = URL.parse(given);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}
