import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstant, formatInstantAsGo, parseInstant } from '../src/json/instant.ts';

describe('parseInstant', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1985-04-12T23:20:50.52Z', 482196050520],
    ['1996-12-19T16:39:57-08:00', 851042397000],
    ['1937-01-01T12:00:27.87+00:20', -1041337172130],
    ['2000-02-29t00:00:00z', 951782400000],
    ['2030-01-01T00:00:00.123987Z', 1893456000123],
    ['0000-01-01T00:00:00Z', -62167219200000],
    ['2030-01-01T00:00:00-00:00', 1893456000000],
  ])('reads %s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  test.each([
    '2030-01-01',
    '2030-01-01T00:00Z',
    '2030-01-01T00:00:00',
    '2030-01-01 00:00:00Z',
    '2030-01-01T00:00:00.Z',
    '2030-01-01T00:00:00+3',
    '2030-01-01T00:00:00+0300',
    '2030-01-01T00:00:00+24:00',
    '2030-01-01T00:00:00+00:60',
    '2030-01-01T24:00:00Z',
    '2030-01-01T00:60:00Z',
    '2016-12-31T23:59:60Z',
    '2030-13-01T00:00:00Z',
    '2030-00-01T00:00:00Z',
    '2030-01-00T00:00:00Z',
    '2030-02-29T00:00:00Z',
    '2030-04-31T00:00:00Z',
    '+02030-01-01T00:00:00Z',
    ' 2030-01-01T00:00:00Z',
    '2030-01-01T00:00:00Z\n',
    '',
  ])('refuses "%s"', (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  test('reads back every instant that is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62167219200000, max: 253402300799999 }), (instant) => {
        expect(parseInstant(formatInstant(instant) ?? '')).toBe(instant);
        expect(parseInstant(formatInstantAsGo(instant) ?? '')).toBe(instant);
      }),
    );
  });
});

describe('formatInstant', () => {
  test.each([null, Number.NaN, Number.POSITIVE_INFINITY, -62167219200001, 253402300800000])(
    'writes null for %s',
    (instant) => {
      expect(formatInstant(instant)).toBeNull();
      expect(formatInstantAsGo(instant)).toBeNull();
    },
  );
});
