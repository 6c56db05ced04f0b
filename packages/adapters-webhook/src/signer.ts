import type { SigningKey } from './signing-key.ts';

/** The value of `webhook-signature`: one `v1` signature for each key, so that a receiver may know either while they change. */
export function signatureOf(
  keys: readonly SigningKey[],
  id: string,
  timestamp: string,
  body: string,
): string {
  const signed = `${id}.${timestamp}.${body}`;
  return keys.map((key) => `v1,${key.sign(signed)}`).join(' ');
}
