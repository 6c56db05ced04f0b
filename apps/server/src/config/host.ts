import { BlockList, isIP, isIPv6 } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether only this machine can reach what is bound there. A name is trusted only where it can mean nothing else (RFC 6761). */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return /^(?:.+\.)?localhost$/i.test(host);
  return LOOPBACK.check(host, version === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Whether only this machine can send requests: not where a proxy in front is configured, which passes on those of others.
 */
export function isLocalOnly({ host, publicPath, trustedProxies = [] }: Reached): boolean {
  return isLoopback(host) && publicPath === undefined && trustedProxies.length === 0;
}

interface Reached {
  readonly host: string;
  readonly publicPath?: string | undefined;
  readonly trustedProxies?: readonly string[] | undefined;
}

/** Where something that is bound to this host can be reached from this machine. */
export function reachableUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`;
}
