import type { Random } from '../ports/random.ts';

/** The runtime's own chance: tokens from its cryptographic source. */
export class SystemRandom implements Random {
  next(): number {
    return Math.random();
  }

  token(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}
