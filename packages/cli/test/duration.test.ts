import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../src/text.ts';

test.each([
  ['500ms', 500],
  ['0s', 0],
  ['1.5s', 1_500],
  ['2m', 120_000],
  ['24h', 86_400_000],
  ['1h30m', 5_400_000],
  ['1d2h3m4s5ms', 93_784_005],
  [' 15s ', 15_000],
])('reads %j', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  '',
  ' ',
  '15',
  '15 s',
  '15S',
  '-1s',
  '+1s',
  '10m2h',
  '1s1s',
  '1e3s',
  '.5s',
  '0.5ms',
  'soon',
  '9999999999999999d',
])('refuses %j', (text) => {
  expect(parseDuration(text)).toBeNull();
});

test('reads back what it writes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3_650 * 86_400_000 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }),
  );
});
