import type { SignatureKey } from './signing-key.ts';

/** The value of `webhook-signature`: one signature for each key, so that a receiver may know either while they change. */
export function signatureOf(
  keys: readonly SignatureKey[],
  id: string,
  timestamp: string,
  body: string,
): string {
  const signed = `${id}.${timestamp}.${body}`;
  return keys.map((key) => `${key.version},${key.sign(signed)}`).join(' ');
}
