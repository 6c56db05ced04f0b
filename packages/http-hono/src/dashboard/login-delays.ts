import { isIPv6 } from 'node:net';

interface LoginDelaysOptions {
  /** How many addresses are remembered at the same time; with more, the one whose last wrong key is oldest is forgotten. */
  readonly maxAddresses: number;
}

interface Failures {
  readonly count: number;
  readonly at: number;
}

const FREE = 5;
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
const FORGET_MS = 15 * 60_000;

/**
 * After five wrong keys an address has to wait before the next try: 1 s, then twice as long each time, at most a minute. It is forgotten 15 minutes
 * after its last wrong key. A right key changes nothing, or whoever has one key could try others without waiting.
 */
export class LoginDelays {
  readonly #max: number;
  readonly #failures = new Map<string, Failures>();

  constructor({ maxAddresses }: LoginDelaysOptions = { maxAddresses: 10_000 }) {
    this.#max = maxAddresses;
  }

  /** How long the address has to wait before it may try a key. */
  waitMs(address: string, now: number): number {
    const known = this.#failures.get(networkOf(address));
    if (known === undefined || known.count < FREE) return 0;
    // A clock that was set back must not make anybody wait longer.
    const passed = Math.abs(now - known.at);
    return Math.max(0, Math.min(LONGEST_MS, FIRST_MS * 2 ** (known.count - FREE)) - passed);
  }

  failed(address: string, now: number): void {
    const network = networkOf(address);
    const known = this.#failures.get(network);
    const count = known === undefined || now - known.at >= FORGET_MS ? 0 : known.count;
    this.#failures.delete(network);
    this.#failures.set(network, { count: count + 1, at: now });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > this.#max && oldest !== undefined) this.#failures.delete(oldest);
  }
}

// One customer of a provider has 2^64 IPv6 addresses: the network of 64 bits is what counts (RFC 6177).
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length);
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...rest];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
