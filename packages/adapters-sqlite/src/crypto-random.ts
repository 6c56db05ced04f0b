import { randomBytes, randomInt } from 'node:crypto';
import type { Random } from '@messaging-system/core';

// `randomInt` takes ranges below 2^48.
const RANGE = 2 ** 47;

/** Chance from the runtime's cryptographic source. */
export class CryptoRandom implements Random {
  next(): number {
    return randomInt(RANGE) / RANGE;
  }

  token(): string {
    return randomBytes(16).toString('hex');
  }
}
