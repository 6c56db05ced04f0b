import * as v from 'valibot';
import type { Kind } from '../setting.ts';

// A base64 key of 24 to 64 bytes, as Standard Webhooks makes them. Mixed case and digits tell it from hexadecimal text.
const BASE64_KEY =
  /^(?=.*[a-z])(?=.*[A-Z])(?=.*[\d+/=])(?:[A-Za-z0-9+/]{4}){7,21}(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$/;
const STANDARD = /^whsec_(?=.)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const TEXT = /^[\x21-\x7e]+$/;

const NEAR_MISSES: readonly { readonly looksLike: RegExp; readonly why: string }[] = [
  {
    looksLike: /^["'`].*["'`]$/s,
    why: 'stands in quotes, which would become part of the secret: leave them out',
  },
  { looksLike: /^v1a?(?:,|$)/, why: 'begins with the version of a signature: leave out all before `whsec_`' },
  {
    looksLike: /^wh[sp]k_/i,
    why: 'is a key of asymmetric signatures, which are not supported: use a `whsec_` secret',
  },
  { looksLike: /^whsec[^_]|^whsec$|^wh_sec_/i, why: 'looks like a mistyped `whsec_` secret' },
  { looksLike: /^whsec_/i, why: 'begins with `whsec_`, but what follows is not base64' },
  {
    looksLike: BASE64_KEY,
    why: 'looks like a base64 key without its prefix: put `whsec_` before it (a plain text can be written as `whsec_` and its base64, too)',
  },
];

/**
 * A secret of Standard Webhooks (`whsec_` and base64), or plain text. A key in nearly the right form would be taken
 * for plain text and sign everything wrongly, so it is refused, with the right form.
 */
export const signingSecret: Kind<string> = {
  schema: v.pipe(
    v.string(),
    v.check((given) => STANDARD.test(given) || (TEXT.test(given) && nearMiss(given) === null)),
  ),
  allowed: '`whsec_` and base64, or other text without spaces',
  whyNot: (given) => (typeof given === 'string' ? nearMiss(given) : null),
};

function nearMiss(given: string): string | null {
  if (STANDARD.test(given)) return null;
  return NEAR_MISSES.find(({ looksLike }) => looksLike.test(given))?.why ?? null;
}
