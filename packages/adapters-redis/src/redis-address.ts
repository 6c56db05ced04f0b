import { InvalidOptionsError } from '@messaging-system/core';
import { checkOptions, type OptionNames } from '@messaging-system/core/adapter';

export interface RedisAddress {
  /**
   * `host`, `host:port`, or a URL with percent-encoded credentials. `rediss` in the place of `redis` means TLS.
   *
   * - `redis://user:password@host:port/db`
   * - `unix://user:password@/path/of/the.sock?db=1`
   * - `redis+sentinel://user:password@host:port,host:port/name/db`: the Sentinels, and what they call the primary
   * - `redis+cluster://user:password@host:port,host:port`: some nodes of a Redis Cluster
   */
  readonly uri: string;
  /** Each of these wins over the URL. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly db?: number | undefined;
}

export interface RedisHost {
  readonly host: string;
  readonly port: number;
}

/** The parts of an address. */
export interface RedisTarget {
  readonly kind: Kind;
  /** One server, the Sentinels, or nodes of a cluster; empty for a socket. */
  readonly hosts: readonly RedisHost[];
  /** The path of a socket, or what the Sentinels call the primary; else empty. */
  readonly name: string;
  readonly isTls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number | undefined;
  readonly family: number | undefined;
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: string | undefined;
}

type Kind = 'server' | 'socket' | 'sentinel' | 'cluster';

interface Scheme {
  readonly kind: Kind;
  readonly isTls: boolean;
  readonly port: number;
  /** The parameters after the question mark. */
  readonly parameters: readonly string[];
}

const server = { kind: 'server', port: 6379, parameters: ['db', 'family'] } as const;
const sentinel = {
  kind: 'sentinel',
  port: 26_379,
  parameters: ['db', 'family', 'sentinelUsername', 'sentinelPassword'],
} as const;
const cluster = { kind: 'cluster', port: 6379, parameters: ['family'] } as const;

const SCHEMES: ReadonlyMap<string, Scheme> = new Map([
  ['redis', { ...server, isTls: false }],
  ['rediss', { ...server, isTls: true }],
  ['unix', { kind: 'socket', port: 0, parameters: ['db'], isTls: false }],
  ['redis+sentinel', { ...sentinel, isTls: false }],
  ['rediss+sentinel', { ...sentinel, isTls: true }],
  ['redis+cluster', { ...cluster, isTls: false }],
  ['rediss+cluster', { ...cluster, isTls: true }],
]);

// The URL parser takes one host only.
const URL_PARTS =
  /^(?<scheme>[a-z+]+):\/\/(?:(?<user>[^/?#@:]*)(?::(?<password>[^/?#]*))?@)?(?<hosts>[^/?#@]*)(?<path>[^?#]*)(?:\?(?<query>[^#]*))?$/i;

const OPTION_NAMES: OptionNames<RedisAddress> = { uri: true, username: true, password: true, db: true };

/** @throws InvalidOptionsError for an address that is none; it repeats no credentials. */
export function redisTarget(address: RedisAddress): RedisTarget {
  checkOptions(address, OPTION_NAMES);
  const { uri, ...given } = address;
  if (typeof uri !== 'string') throw wrong('must be a text');
  const parts = URL_PARTS.exec(uri.includes('://') ? uri : `redis://${uri}`)?.groups;
  const scheme = SCHEMES.get(parts?.scheme?.toLowerCase() ?? '');
  if (parts === undefined || scheme === undefined) {
    throw wrong(`must be host:port, or a URL that begins with ${[...SCHEMES.keys()].join(', ')} and ://`);
  }
  const query = parametersOf(parts.query ?? '', scheme);
  const { name, db } = pathOf(parts.path ?? '', scheme);
  const found = given.db ?? db ?? numberOf(query.db);
  if (found !== undefined && (!Number.isInteger(found) || found < 0)) {
    throw new InvalidOptionsError(['db must be a whole number from 0, also in a URL']);
  }
  if (scheme.kind === 'cluster' && found !== undefined && found !== 0) {
    throw new InvalidOptionsError(['db must be 0: a Redis Cluster has no other']);
  }
  const family = numberOf(query.family);
  if (family !== undefined && ![0, 4, 6].includes(family)) throw wrong('must have 0, 4 or 6 as its family');
  return {
    kind: scheme.kind,
    hosts: hostsOf(parts.hosts ?? '', scheme),
    name,
    isTls: scheme.isTls,
    username: given.username ?? decoded(parts.user),
    password: given.password ?? decoded(parts.password),
    db: found,
    family,
    sentinelUsername: query.sentinelUsername,
    sentinelPassword: query.sentinelPassword,
  };
}

/** Where an address leads to, for a log line: without credentials. @throws InvalidOptionsError */
export function redisAddressName(uri: string): string {
  const { kind, hosts, name } = redisTarget({ uri });
  const shown = hosts.map(({ host, port }) => `${host}:${port}`).join(', ');
  if (kind === 'socket') return `Redis at ${name}`;
  if (kind === 'cluster') return `Redis Cluster at ${shown}`;
  return kind === 'sentinel' ? `Redis ${name} of the Sentinels at ${shown}` : `Redis at ${shown}`;
}

function hostsOf(hosts: string, { kind, port }: Scheme): readonly RedisHost[] {
  if (kind === 'socket') {
    if (hosts !== '') throw wrong('must have three slashes before the path of a socket: unix:///path');
    return [];
  }
  const all = hosts.split(',');
  if (kind === 'server' && all.length > 1) {
    throw wrong('names several hosts: nodes of a cluster need redis+cluster://, Sentinels redis+sentinel://');
  }
  return all.map((text) => {
    const url = URL.parse(`redis://${text}`);
    if (url === null || url.hostname === '') throw wrong('must name a host, or host:port');
    // An IPv6 address is in brackets in a URL.
    return {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? port : Number(url.port),
    };
  });
}

function pathOf(path: string, { kind }: Scheme): { readonly name: string; readonly db: number | undefined } {
  if (kind === 'socket') {
    if (path === '' || path === '/') throw wrong('must have the path of a socket: unix:///path');
    return { name: decoded(path) ?? path, db: undefined };
  }
  const [first = '', ...rest] = path.slice(1).split('/');
  const tooMuch = rest.slice(kind === 'sentinel' ? 1 : 0).some((text) => text !== '');
  if (tooMuch) throw wrong('has a path with too many parts');
  if (kind !== 'sentinel') return { name: '', db: numberOf(first) };
  if (first === '')
    throw wrong('must have what the Sentinels call the primary as its path, such as /mymaster');
  return { name: decoded(first) ?? first, db: numberOf(rest[0]) };
}

function parametersOf(query: string, { parameters }: Scheme): Readonly<Record<string, string>> {
  const found = new URLSearchParams(query);
  const unknown = [...new Set(found.keys())].filter((name) => !parameters.includes(name));
  if (unknown.length > 0) {
    throw wrong(
      `has parameters that are not understood: ${unknown.join(', ')}; known are ${parameters.join(', ')}`,
    );
  }
  return Object.fromEntries(found);
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function decoded(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('must have its credentials percent-encoded');
  }
}

function wrong(what: string): InvalidOptionsError {
  return new InvalidOptionsError([`uri ${what}`]);
}
