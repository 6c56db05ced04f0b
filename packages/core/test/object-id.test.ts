import { describe, expect, test } from 'vitest';
import { ObjectIdFactory } from '../src/adapter.ts';
import { SeededRandom } from '../src/in-memory/index.ts';
import { T0 } from './support/builders.ts';
import { FixedRandom } from './support/fixed-random.ts';

describe('ObjectIdFactory', () => {
  test('makes 24 hex digits that begin with the seconds', () => {
    const id = new ObjectIdFactory(new SeededRandom()).next(T0);
    expect(id).toMatch(/^[0-9a-f]{24}$/);
    expect(Number.parseInt(id.slice(0, 8), 16)).toBe(T0 / 1000);
  });

  test('makes ascending ones', () => {
    const ids = new ObjectIdFactory(new SeededRandom(7));
    const made = Array.from({ length: 2000 }, (_, index) => ids.next(T0 + index));
    expect([...made].sort()).toEqual(made);
    expect(new Set(made).size).toBe(2000);
  });

  test('makes others than another maker does in the same second', () => {
    const makers = Array.from({ length: 50 }, (_, seed) => new ObjectIdFactory(new SeededRandom(seed)));
    const made = makers.flatMap((maker) => Array.from({ length: 20 }, () => maker.next(T0)));
    expect(new Set(made).size).toBe(1000);
    expect(new Set(made.map((id) => id.slice(8, 18))).size).toBe(50);
  });

  test('pads every part and leaves half of the counter free, whatever chance says', () => {
    expect(new ObjectIdFactory(new FixedRandom(0)).next(0)).toBe('000000000000000000000001');
    const last = new ObjectIdFactory(new FixedRandom(1 - Number.EPSILON)).next(T0);
    expect(last.slice(8)).toBe(`${'f'.repeat(10)}800000`);
  });

  test('keeps instants before 1970 and after 2106 within their eight digits', () => {
    const ids = new ObjectIdFactory(new FixedRandom(0));
    expect(ids.next(-5).slice(0, 8)).toBe('00000000');
    expect(ids.next(8.64e15).slice(0, 8)).toBe('ffffffff');
  });
});
