import { hash } from 'node:crypto';
import { AsymmetricKey } from './asymmetric-key.ts';

const PREFIX = 'whsec_';

/** Signs deliveries. */
export interface SignatureKey {
  /** Of the scheme, as it stands before a signature. */
  readonly version: 'v1' | 'v1a';
  /** The signature of the text's UTF-8 bytes, in base64. */
  sign(text: string): string;
}

// SHA-256's (RFC 6234).
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/** The signed text is written behind the padded key when it fits in here, so that nothing is allocated for it. */
const ROOM_BYTES = 4_096;
/** The most bytes of UTF-8 for one UTF-16 code unit. */
const MOST_BYTES_A_UNIT = 3;

/**
 * One key, and HMAC-SHA256 with it. Written out here (RFC 2104, section 2) as two calls of `hash`: `createHmac` makes a stream and a context for each
 * text, which takes twice as long, and each message is signed.
 */
export class SigningKey implements SignatureKey {
  readonly #inner = Buffer.alloc(BLOCK_BYTES + ROOM_BYTES);
  readonly #outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);

  constructor(bytes: Buffer) {
    const key = bytes.length > BLOCK_BYTES ? hash('sha256', bytes, 'buffer') : bytes;
    for (let index = 0; index < BLOCK_BYTES; index += 1) {
      const byte = key[index] ?? 0;
      this.#inner[index] = byte ^ 0x36;
      this.#outer[index] = byte ^ 0x5c;
    }
  }

  get version(): 'v1' {
    return 'v1';
  }

  /** HMAC-SHA256 of the text's UTF-8 bytes, in base64. */
  sign(text: string): string {
    this.#outer.write(hash('sha256', this.#padded(text), 'binary'), BLOCK_BYTES, 'binary');
    return hash('sha256', this.#outer, 'base64');
  }

  #padded(text: string): Buffer {
    if (text.length * MOST_BYTES_A_UNIT > ROOM_BYTES) {
      return Buffer.concat([this.#inner.subarray(0, BLOCK_BYTES), Buffer.from(text)]);
    }
    return this.#inner.subarray(0, BLOCK_BYTES + this.#inner.write(text, BLOCK_BYTES));
  }
}

/**
 * The key of a signing secret: `whsec_` (symmetric) or `whsk_` (ed25519) and base64 as Standard Webhooks writes them, or any other text, whose UTF-8 bytes are
 * the symmetric key. Null for an empty one, for a public key (`whpk_`), and for a prefix with something else behind it.
 */
export function signingKey(secret: string): SignatureKey | null {
  if (/^wh[sp]k_/.test(secret)) return AsymmetricKey.from(secret);
  const bytes = secret.startsWith(PREFIX) ? fromBase64(secret.slice(PREFIX.length)) : Buffer.from(secret);
  return bytes === null || bytes.length === 0 ? null : new SigningKey(bytes);
}

function fromBase64(text: string): Buffer | null {
  const isBase64 = /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.replace(/=+$/, '').length % 4 !== 1;
  return isBase64 ? Buffer.from(text, 'base64') : null;
}
