import type { KeyObject } from 'node:crypto';
import { Delivery } from './delivery.ts';
import { headerOf, type IncomingHeaders } from './header-of.ts';
import { ReceiverError } from './receiver-error.ts';
import { isSigned, signingKey } from './signing-key.ts';
import { wholeNumber } from './whole-number.ts';

export interface WebhookVerifierOptions {
  /**
   * Each may have signed: two while a secret is changed. `whsec_` and base64, any other text, or `whpk_` and the base64 of an ed25519 public key. `unsigned` checks no signature and
   * trusts whoever reaches the route: something else must guard it.
   */
  readonly secrets: readonly string[] | 'unsigned';
  /** How far `webhook-timestamp` may be from now, either way; default 300,000 (5 min). */
  readonly toleranceMs?: number | undefined;
  /** The time, epoch ms; default the system's. */
  readonly now?: (() => number) | undefined;
}

/** The HTTP request: the headers, and the body before anything parsed it. */
export interface Incoming {
  readonly headers: IncomingHeaders;
  readonly rawBody: Uint8Array;
}

export type RefusalReason =
  | 'missing_headers'
  | 'invalid_id'
  | 'invalid_timestamp'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'signature_mismatch';

export type Verdict =
  | { readonly kind: 'verified'; readonly delivery: Delivery }
  | { readonly kind: 'refused'; readonly reason: RefusalReason };

const FIVE_MINUTES_MS = 300_000;

/** Checks signatures of the Standard Webhooks schemes `v1` (HMAC-SHA256 over `id.timestamp.body`) and `v1a` (ed25519 over the same). Holds no state. */
export class WebhookVerifier {
  readonly #keys: readonly KeyObject[];
  readonly #toleranceMs: number;
  readonly #now: () => number;

  /** @throws ReceiverError `invalid_options`; it repeats no secret. */
  constructor({ secrets, toleranceMs = FIVE_MINUTES_MS, now = Date.now }: WebhookVerifierOptions) {
    this.#keys = secrets === 'unsigned' ? [] : keysOf(secrets);
    this.#toleranceMs = wholeNumber('toleranceMs', toleranceMs, 0);
    this.#now = now;
  }

  /** Answers and never throws, whatever came. */
  verify({ headers, rawBody }: Incoming): Verdict {
    const id = headerOf(headers, 'webhook-id');
    if (id === undefined) return refused('missing_headers');
    if (!isId(id)) return refused('invalid_id');
    if (this.#keys.length === 0) return verified(id, null, rawBody);

    const timestamp = headerOf(headers, 'webhook-timestamp');
    const signature = headerOf(headers, 'webhook-signature');
    if (timestamp === undefined || signature === undefined) return refused('missing_headers');
    // Whole seconds since the epoch, and nothing that is only read as such.
    if (!/^\d{1,12}$/.test(timestamp)) return refused('invalid_timestamp');
    const sentAt = Number(timestamp) * 1_000;
    // The sender's clock shows whole seconds.
    const nowMs = Math.floor(this.#now() / 1_000) * 1_000;
    if (nowMs - sentAt > this.#toleranceMs) return refused('timestamp_too_old');
    if (sentAt - nowMs > this.#toleranceMs) return refused('timestamp_too_new');
    return isSigned(this.#keys, signature, { id, timestamp, rawBody })
      ? verified(id, sentAt, rawBody)
      : refused('signature_mismatch');
  }
}

// A full stop would make what was signed ambiguous: `a` + `1` + `2.{}` is signed as `a.1` + `2` + `{}` is.
function isId(id: string): boolean {
  return /^[\x21-\x2d\x2f-\x7e]{1,1024}$/.test(id);
}

function keysOf(secrets: readonly string[]): readonly KeyObject[] {
  if (secrets.length === 0) {
    throw new ReceiverError('invalid_options', "secrets must name at least one, or be 'unsigned'");
  }
  return secrets.map((secret, index) => {
    const key = signingKey(secret);
    if (key !== null) return key;
    throw new ReceiverError(
      'invalid_options',
      `secrets[${index}] is empty, is a private key (whsk_), or is not base64 after its prefix`,
    );
  });
}

function verified(id: string, sentAt: number | null, rawBody: Uint8Array): Verdict {
  return { kind: 'verified', delivery: new Delivery(id, sentAt, rawBody) };
}

function refused(reason: RefusalReason): Verdict {
  return { kind: 'refused', reason };
}
