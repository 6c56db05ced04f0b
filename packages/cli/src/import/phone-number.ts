import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

export type { CountryCode };

/** The country of two letters, however they are written; null when no country has that code. */
export function countryOf(code: string): CountryCode | null {
  const upper = code.toUpperCase();
  return isSupportedCountry(upper) ? upper : null;
}

const PLAIN = /^\+\d+$/;
// Separators between digits: spaces, brackets, dots, slashes and dashes of all kinds.
const SPACED = /^\+?[\d\s()[\]./\-\u2010-\u2015\u2212]+$/;
// A spreadsheet's form of a long number: its last digits are gone.
const ROUNDED = /^\d+(?:[.,]\d+)?E\+?\d+$/i;

/**
 * A phone number as people and spreadsheets write it, in the form of E.164. Without a country only an international one that
 * begins with `+` is read; what looks like no phone number stays as it is, since the server may allow other addresses.
 */
export function readPhoneNumber(
  text: string,
  country: CountryCode | null,
): { readonly phoneNumber: string } | { readonly problem: string } {
  if (PLAIN.test(text)) return { phoneNumber: text };
  const bare = withoutTrappings(text);
  if (ROUNDED.test(bare))
    return {
      problem:
        'phoneNumber was rounded by a spreadsheet, and its last digits are lost: format the column as text',
    };
  if (!SPACED.test(bare) || (country === null && !bare.startsWith('+'))) {
    if (country === null || text === '') return { phoneNumber: text };
    return {
      problem: `phoneNumber is not a phone number, neither an international one nor one of ${country}`,
    };
  }
  const read = parsePhoneNumberFromString(bare, {
    ...(country === null ? {} : { defaultCountry: country }),
    extract: false,
  });
  if (read?.isValid() === true && read.ext === undefined) return { phoneNumber: read.number };
  // Two numbers in one cell, or one digit too many: without its separators it could be somebody else's.
  const place = country === null ? '' : `, neither an international one nor one of ${country}`;
  return { problem: `phoneNumber is not a valid phone number${place}` };
}

/** Without invisible marks that come along when a number is copied, `="…"`, and the apostrophe that makes a cell text. */
function withoutTrappings(text: string): string {
  const visible = text.replace(/\p{Cf}/gu, '').trim();
  return (/^="(.*)"$/.exec(visible)?.[1] ?? visible.replace(/^'/, '')).trim();
}
