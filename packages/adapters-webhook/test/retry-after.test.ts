import { describe, expect, test } from 'vitest';
import { parseHttpDate } from '../src/http-date.ts';
import { rateLimitResetMs, retryAfterMs } from '../src/retry-after.ts';

// The example of RFC 9110 §5.6.7.
const AT = Date.UTC(1994, 10, 6, 8, 49, 37);
const YEAR_MS = 365 * 86_400_000;

describe('parseHttpDate', () => {
  test.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
    'reads %s',
    (text) => {
      expect(parseHttpDate(text, AT)).toBe(AT);
    },
  );

  test('takes two digits of a year more than 50 years ahead for the last century', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT', now)).toBe(AT);
    expect(parseHttpDate('Friday, 06-Nov-76 08:49:37 GMT', now)).toBe(Date.UTC(2076, 10, 6, 8, 49, 37));
  });

  test.each([
    '',
    '1994-11-06T08:49:37Z',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 +0300',
    'Sun, 06 Nov 1994 24:49:37 GMT',
    'Sun, 06 Nov 1994 08:60:37 GMT',
    'Sun, 06 Nov 1994 08:49:61 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Sun, 32 Nov 1994 08:49:37 GMT',
    'sun, 06 nov 1994 08:49:37 gmt',
  ])('reads nothing out of %j', (text) => {
    expect(parseHttpDate(text, AT)).toBeNull();
  });
});

describe('retryAfterMs', () => {
  test.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['9'.repeat(400), YEAR_MS],
    ['20.5', 21_000],
    ['0.2', 1_000],
    ['31536000', YEAR_MS],
    ['Sun, 06 Nov 1994 08:50:37 GMT', 60_000],
    ['Sun, 06 Nov 1994 08:48:37 GMT', 0],
    ['Thu, 31 Dec 9999 23:59:59 GMT', YEAR_MS],
  ])('makes a wait of %j', (header, wait) => {
    expect(retryAfterMs(header, AT)).toBe(wait);
  });

  test.each(['', '-5', '1.', '.5', '0x10', '1e3', '+7', 'soon', '7 s'])(
    'reads nothing out of %j',
    (header) => {
      expect(retryAfterMs(header, AT)).toBeNull();
    },
  );

  // In 2026, since a time in seconds of 1994 is a number that could still be a wait.
  const now = Date.UTC(2026, 0, 1);

  test.each([
    [String(now / 1000 + 20), 20_000],
    [String(now + 20_000), 20_000],
    [String(now / 1000 + 20.5), 20_500],
    [String(now / 1000 - 20), 0],
    [String(now - 20_000), 0],
  ])('takes %s for a time since 1970', (header, wait) => {
    expect(retryAfterMs(header, now)).toBe(wait);
  });

  test.each([
    ['30', 30_000],
    ['0.5', 1_000],
    [String(now / 1000 + 30), 30_000],
    [String(now + 30_000), 30_000],
  ])('makes a wait of RateLimit-Reset %s', (header, wait) => {
    expect(rateLimitResetMs(header, now)).toBe(wait);
  });

  test.each(['', '0', 'soon', '-1', String(now / 1000 - 1), '10;w=60'])(
    'reads no wait out of RateLimit-Reset %j',
    (header) => {
      expect(rateLimitResetMs(header, now)).toBeNull();
    },
  );
});
