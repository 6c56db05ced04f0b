import { BlockList, isIP } from 'node:net';
import { InvalidOptionsError } from '@messaging-system/core';
import type { Context } from 'hono';
import type { HttpEnv } from '../http-env.ts';

/** Where a request comes from, as far as that can be known. */
export class ClientAddress {
  readonly #proxies = new BlockList();

  /** @throws InvalidOptionsError naming each entry that is neither an address nor a network */
  constructor(trustedProxies: readonly string[] = []) {
    const wrong: string[] = [];
    for (const entry of trustedProxies) {
      const network = networkOf(entry);
      if (network === null) wrong.push(entry);
      else this.#proxies.addSubnet(network.address, network.prefix, network.type);
    }
    if (wrong.length > 0) {
      throw new InvalidOptionsError(
        wrong.map(
          (entry) =>
            `trustedProxies: ${JSON.stringify(entry)} is neither an IP address nor a network such as 10.0.0.0/8`,
        ),
      );
    }
  }

  /**
   * The client's address. `X-Forwarded-For` counts only where a trusted proxy sent it: then the client is the first address from the right
   * that is not a trusted proxy. Null: the host does not tell the connection's address (`@hono/node-server` does).
   */
  of(c: Context<HttpEnv>): string | null {
    const peer = normal(c.env?.incoming?.socket?.remoteAddress ?? '');
    if (peer === null) return null;
    const hops = (c.req.header('x-forwarded-for') ?? '').split(',').reverse();
    let client = peer;
    for (const hop of hops) {
      const address = normal(hop.trim());
      if (!this.#isTrusted(client) || address === null) return client;
      client = address;
    }
    return client;
  }

  #isTrusted(address: string): boolean {
    return this.#proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
}

interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly type: 'ipv4' | 'ipv6';
}

/** Whether it is an IP address, or a network such as `10.0.0.0/8`: what `trustedProxies` may have. */
export function isNetwork(entry: string): boolean {
  return networkOf(entry) !== null;
}

function networkOf(entry: string): Network | null {
  const [address = '', bits, ...rest] = entry.split('/');
  const version = isIP(address);
  const longest = version === 6 ? 128 : 32;
  if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits ?? '0')) return null;
  const prefix = Number(bits ?? longest);
  return prefix > longest ? null : { address, prefix, type: version === 6 ? 'ipv6' : 'ipv4' };
}

// Some proxies add the port. A socket for both versions shows IPv4 addresses as ::ffff:192.0.2.1. A link-local address names its interface (%eth0).
function normal(given: string): string | null {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(given)?.[1] ?? given.replace(/^([\d.]+):\d+$/, '$1');
  const address = bare.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '');
  return isIP(address) === 0 ? null : address;
}
