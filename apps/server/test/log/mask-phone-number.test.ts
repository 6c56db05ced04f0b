import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskPhoneNumber } from '../../src/log/mask-phone-number.ts';

test.each([
  ['+905551234512', '+90555•••12'],
  ['+49123456789', '+49123•••89'],
  ['+12345678', '+12•••78'],
  ['1234567', '1•••67'],
  ['123456', '•••'],
  ['', '•••'],
  ['📞📞📞📞📞📞📞📞📞📞📞📞', '📞📞📞📞📞📞•••📞📞'],
])('makes of %j %j', (phoneNumber, masked) => {
  expect(maskPhoneNumber(phoneNumber)).toBe(masked);
});

test('hides four characters at the least, and how many', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\+?\d{0,30}$/), (phoneNumber) => {
      const shown = maskPhoneNumber(phoneNumber).replace('•••', '');
      expect(shown.length).toBeLessThanOrEqual(Math.max(0, phoneNumber.length - 4));
      expect(maskPhoneNumber(phoneNumber).length).toBeLessThanOrEqual(11);
    }),
  );
});
