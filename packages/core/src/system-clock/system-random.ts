import type { Random } from '../ports/random.ts';

/** The runtime's own chance: tokens from its cryptographic source. */
export class SystemRandom implements Random {
  next(): number {
    return Math.random();
  }

  token(): string {
    return crypto.randomUUID();
  }
}
