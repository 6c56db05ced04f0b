import { isIPv6 } from 'node:net';
import type { HttpAppDependencies } from '@messaging-system/http-hono';
import { apiKeysOf } from '../config/api-keys-of.ts';
import type { Config } from '../config/config.ts';

const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Without keys a page in a browser of this machine could use the API, so pages of other sites are kept out. On loopback only its own names are
 * answered to as well; who allows anonymous access from elsewhere may be asked under any name.
 */
export function browserGuard({ server }: Config): Pick<HttpAppDependencies, 'browserGuard'> {
  if (apiKeysOf(server).length > 0) return {};
  if (server.allowAnonymous) return { browserGuard: { hosts: 'any' } };
  const own = isIPv6(server.host) ? `[${server.host}]` : server.host;
  return { browserGuard: { hosts: [...THIS_MACHINE, own] } };
}
