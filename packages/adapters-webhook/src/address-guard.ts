import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { ADDRESS_REFUSED } from './fault-reason.ts';
import { isPublicAddress } from './public-address.ts';

/** `any`: every address. `public`: only hosts of the public internet, so that a URL can't reach into one's own network. */
export type AddressPolicy = 'any' | 'public';

export const ADDRESS_POLICIES: readonly AddressPolicy[] = ['any', 'public'];

/** Why a host that is itself an IP address may not be connected to; null where it may, and for names. */
export function refusedLiteral(hostname: string): Error | null {
  return isIP(hostname) !== 0 && !isPublicAddress(hostname) ? addressRefused() : null;
}

/**
 * A look-up that hands only public addresses on. The socket connects to what it hands on and looks nothing up itself, so a
 * name that changes its answer between a check and a connection has no place to do it.
 */
export function publicLookup(lookup: LookupFunction = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found, family) => {
      if (error !== null) return callback(error, '', 0);
      const addresses = listed(found, family).filter(({ address }) => isPublicAddress(address));
      const [first] = addresses;
      if (first === undefined) return callback(addressRefused(), '', 0);
      if (options.all) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

// A look-up that somebody else wrote may answer with one address although all were asked for.
function listed(found: string | LookupAddress[], family: number | undefined): readonly LookupAddress[] {
  return typeof found === 'string' ? [{ address: found, family: family ?? isIP(found) }] : found;
}

function addressRefused(): NodeJS.ErrnoException {
  return Object.assign(new Error('the address is not a public one'), { code: ADDRESS_REFUSED });
}
