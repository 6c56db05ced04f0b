import { createPrivateKey, type KeyObject, sign } from 'node:crypto';

// `whsk_` and the base64 of 32 bytes, or of 64: the public key may follow.
const SECRET = /^whsk_([A-Za-z0-9+/]{43}=?|[A-Za-z0-9+/]{86}(?:==)?)$/;
// The bytes before the 32 bytes of an ed25519 key in PKCS #8 (RFC 8410, section 7).
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_BYTES = 32;

/** An ed25519 key that signs as scheme `v1a` of Standard Webhooks does: receivers check it with a public key and can't sign. */
export class AsymmetricKey {
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    this.#key = key;
  }

  /** Null if the text is not a private key. */
  static from(secret: string): AsymmetricKey | null {
    const base64 = SECRET.exec(secret)?.[1];
    if (base64 === undefined) return null;
    const bytes = Buffer.from(base64, 'base64').subarray(0, KEY_BYTES);
    return new AsymmetricKey(
      createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, bytes]), format: 'der', type: 'pkcs8' }),
    );
  }

  get version(): 'v1a' {
    return 'v1a';
  }

  /** The ed25519 signature of the text's UTF-8 bytes, in base64. */
  sign(text: string): string {
    return sign(null, Buffer.from(text), this.#key).toString('base64');
  }
}
