import { expect, test } from 'vitest';
import { countryOf, readPhoneNumber } from '../src/import/phone-number.ts';

const NUMBER = '+905551234567';

test.each([
  NUMBER,
  '+90 555 123 45 67',
  '+90 (555) 123-45-67',
  '+90.555.123.45.67',
  '+90 (0) 555 123 45 67',
  '+90\u00a0555\u2011123\u201145\u201167',
  '\u202a+90 555 123 45 67\u202c',
  `="${NUMBER}"`,
  `'${NUMBER}`,
])('reads %j as an international number without a country', (text) => {
  expect(readPhoneNumber(text, null)).toEqual({ phoneNumber: NUMBER });
});

test.each([
  '0555 123 45 67',
  '(0555) 123 45 67',
  '5551234567',
  '00905551234567',
  '0090 555 123 45 67',
  '905551234567',
  '="05551234567"',
])('reads %j as a number of Türkiye with --country TR, and leaves it to the server without', (text) => {
  expect(readPhoneNumber(text, countryOf('tr'))).toEqual({ phoneNumber: NUMBER });
  expect(readPhoneNumber(text, null)).toEqual({ phoneNumber: text });
});

test.each([
  ['030 901820', 'DE', '+4930901820'],
  ['(212) 555-0123', 'US', '+12125550123'],
  ['+49 30 901820', 'TR', '+4930901820'],
] as const)('reads %s with --country %s as %s', (text, country, phoneNumber) => {
  expect(readPhoneNumber(text, countryOf(country))).toEqual({ phoneNumber });
});

test.each([
  ['0555 123', 'TR', /not a valid phone number.*nor one of TR/],
  ['0555 123 45 67 / 0532 123 45 67', 'TR', /not a valid phone number/],
  ['+90 212 555 12 34/35', null, /not a valid phone number$/],
  ['0555 123 45 67 ext. 5', 'TR', /not a phone number/],
  ['9,05551E+11', null, /rounded by a spreadsheet/],
  ['9.05551234567E+11', 'TR', /rounded by a spreadsheet/],
] as const)('refuses %s with the country %s', (text, country, problem) => {
  expect(readPhoneNumber(text, country)).toEqual({ problem: expect.stringMatching(problem) });
});

test.each(['user-17', 'ayse@example.com', '', "'x"])(
  'leaves %j, an address of another kind, to the server',
  (text) => {
    expect(readPhoneNumber(text, null)).toEqual({ phoneNumber: text });
  },
);

test('knows countries by their two letters only', () => {
  expect(countryOf('de')).toBe('DE');
  expect(countryOf('Türkiye')).toBeNull();
});
