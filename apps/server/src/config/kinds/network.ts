import { isIP } from 'node:net';
import * as v from 'valibot';
import type { Kind } from '../setting.ts';

/** An IP address, or a network as an address with the length of its prefix. */
export const network: Kind<string> = {
  schema: v.pipe(v.string(), v.check(isNetwork)),
  allowed: 'an IP address, or a network such as 10.0.0.0/8',
};

function isNetwork(given: string): boolean {
  const [address = '', bits, ...rest] = given.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32));
}
