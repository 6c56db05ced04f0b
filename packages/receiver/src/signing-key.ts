import {
  createHmac,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto';

const PREFIX = 'whsec_';
const PUBLIC_KEY = /^whpk_([A-Za-z0-9+/]{43}=?)$/;
// The bytes before the 32 bytes of an ed25519 key in SubjectPublicKeyInfo (RFC 8410, section 4).
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * The key of a signing secret: `whsec_` (symmetric) or `whpk_` (the public ed25519 key) and base64 as Standard Webhooks writes them, or any other text, whose
 * UTF-8 bytes are the symmetric key. Null for an empty one, for a private key (`whsk_`), and for a prefix with something else behind it.
 */
export function signingKey(secret: string): KeyObject | null {
  if (/^wh[sp]k_/.test(secret)) return publicKey(PUBLIC_KEY.exec(secret)?.[1]);
  const bytes = secret.startsWith(PREFIX) ? fromBase64(secret.slice(PREFIX.length)) : Buffer.from(secret);
  return bytes === null || bytes.length === 0 ? null : createSecretKey(bytes);
}

function publicKey(base64: string | undefined): KeyObject | null {
  if (base64 === undefined) return null;
  const key = Buffer.concat([SPKI_PREFIX, Buffer.from(base64, 'base64')]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

function fromBase64(text: string): Buffer | null {
  const isBase64 = /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.replace(/=+$/, '').length % 4 !== 1;
  return isBase64 ? Buffer.from(text, 'base64') : null;
}

interface Signed {
  readonly id: string;
  readonly timestamp: string;
  readonly rawBody: Uint8Array;
}

/** Whether one of the header's signatures was made with one of the keys: `v1` with a secret, `v1a` with the private key of a public one. */
export function isSigned(keys: readonly KeyObject[], header: string, signed: Signed): boolean {
  const signatures = header.split(' ');
  const symmetric = textsAfter('v1,', signatures).map((text) => Buffer.from(text));
  const asymmetric = textsAfter('v1a,', signatures).map((text) => Buffer.from(text, 'base64'));
  return keys.some((key) =>
    key.type === 'secret' ? isHmacOf(key, symmetric, signed) : isEd25519Of(key, asymmetric, signed),
  );
}

function textsAfter(version: string, signatures: readonly string[]): readonly string[] {
  return signatures
    .filter((signature) => signature.startsWith(version))
    .map((signature) => signature.slice(version.length));
}

/** Each comparison takes constant time. */
function isHmacOf(key: KeyObject, given: readonly Buffer[], { id, timestamp, rawBody }: Signed): boolean {
  const hmac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(rawBody);
  const expected = Buffer.from(hmac.digest('base64'));
  return given.some(
    (signature) => signature.length === expected.length && timingSafeEqual(signature, expected),
  );
}

// Checking one costs more than all else that is done with a request: a sender has as many as keys that change.
const MOST_CHECKED = 8;

function isEd25519Of(key: KeyObject, given: readonly Buffer[], { id, timestamp, rawBody }: Signed): boolean {
  const text = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), rawBody]);
  return given.slice(0, MOST_CHECKED).some((signature) => verify(null, text, key, signature));
}
