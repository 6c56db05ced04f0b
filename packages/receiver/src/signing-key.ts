import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

const PREFIX = 'whsec_';

/**
 * The key of a signing secret: `whsec_` and base64 as Standard Webhooks writes them, or any other text, whose UTF-8 bytes are the
 * key. Null for an empty one and for `whsec_` with something else than base64 behind it.
 */
export function signingKey(secret: string): KeyObject | null {
  const bytes = secret.startsWith(PREFIX) ? fromBase64(secret.slice(PREFIX.length)) : Buffer.from(secret);
  return bytes === null || bytes.length === 0 ? null : createSecretKey(bytes);
}

function fromBase64(text: string): Buffer | null {
  const isBase64 = /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.replace(/=+$/, '').length % 4 !== 1;
  return isBase64 ? Buffer.from(text, 'base64') : null;
}

/** Whether one of the header's `v1` signatures was made with one of the keys. Each comparison takes constant time. */
export function isSigned(
  keys: readonly KeyObject[],
  header: string,
  signed: { readonly id: string; readonly timestamp: string; readonly rawBody: Uint8Array },
): boolean {
  const given = header
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice('v1,'.length)));
  return keys.some((key) => {
    const hmac = createHmac('sha256', key).update(`${signed.id}.${signed.timestamp}.`).update(signed.rawBody);
    const expected = Buffer.from(hmac.digest('base64'));
    return given.some(
      (signature) => signature.length === expected.length && timingSafeEqual(signature, expected),
    );
  });
}
