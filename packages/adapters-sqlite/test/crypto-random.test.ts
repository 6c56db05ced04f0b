import { expect, test } from 'vitest';
import { CryptoRandom } from '../src/store.ts';

test('numbers lie in [0, 1), and tokens are never the same', () => {
  const random = new CryptoRandom();
  const numbers = Array.from({ length: 1_000 }, () => random.next());
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  expect(new Set(numbers).size).toBeGreaterThan(990);
  expect(new Set(Array.from({ length: 1_000 }, () => random.token())).size).toBe(1_000);
});
