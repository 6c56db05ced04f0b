import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

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

/** The value of `webhook-signature`: one `v1` signature for each key, so that a receiver may know either while they change. */
export function signatureOf(keys: readonly KeyObject[], id: string, timestamp: string, body: string): string {
  const signed = `${id}.${timestamp}.${body}`;
  return keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`).join(' ');
}
