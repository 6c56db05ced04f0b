import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether only this machine can reach what is bound there. A name is trusted only where it can mean nothing else (RFC 6761). */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return /^(?:.+\.)?localhost$/i.test(host);
  return LOOPBACK.check(host, version === 4 ? 'ipv4' : 'ipv6');
}
