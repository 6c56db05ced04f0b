import { type Dispatcher, request } from 'undici';
import { connectionsTo } from '../connections.ts';
import { parseJson } from '../contract/value-path.ts';
import { reasonBeforeWriting } from '../fault-reason.ts';
import type { WebhookSettings } from '../webhook-settings.ts';
import { basicOfClient, type ClientCredentials } from './request-auth.ts';

/** No token could be fetched, so nothing was sent. */
export class TokenError extends Error {
  /** A short stable word, which is stored with the message. */
  readonly reason: string;

  constructor(reason: string, options?: { readonly cause?: unknown }) {
    super(`no token: ${reason}`, options);
    this.name = 'TokenError';
    this.reason = reason;
  }
}

interface Token {
  readonly text: string;
  /** On a clock that nobody sets. */
  readonly renewAt: number;
  readonly endsAt: number;
}

const RENEW_AT_SHARE = 0.9;
// So that a send that waits for it has time left to say why nothing was sent.
const SHARE_OF_SEND = 0.9;
const USUAL_LIFE_MS = 300_000;
const LONGEST_LIFE_S = 31_536_000;
const LARGEST_ANSWER = 65_536;
/** After a renewal that failed, the token that still holds is used for so long before another is tried. */
const PAUSE_MS = 1_000;

/**
 * The access token of OAuth 2.0 client credentials. It is fetched by one caller at a time, renewed while it still holds, and
 * replaced when the provider revoked it early.
 *
 * Modes: none --fetch--> fresh --90 % of its life--> renewing, still used --its end, or dropped--> none.
 */
export class OAuth2Tokens {
  readonly #credentials: ClientCredentials;
  readonly #connections: Dispatcher;
  readonly #timeoutMs: number;
  readonly #elapsed: () => number;
  #token: Token | null = null;
  #fetching: Promise<string> | null = null;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(credentials: ClientCredentials, settings: WebhookSettings) {
    this.#credentials = credentials;
    this.#connections = connectionsTo(settings, new URL(credentials.tokenUrl).origin);
    this.#timeoutMs = Math.ceil(settings.timeoutMs * SHARE_OF_SEND);
    const { clock } = settings;
    this.#elapsed = clock.elapsed === undefined ? () => performance.now() : () => clock.elapsed?.() ?? 0;
  }

  /** @throws TokenError */
  async get(): Promise<string> {
    const now = this.#elapsed();
    const token = this.#token;
    if (token === null || now >= token.endsAt) return await this.#fetchOnce();
    if (now >= token.renewAt && now >= this.#pausedUntil) {
      // The one in hand still holds; whoever comes next tries again if this fails.
      this.#fetchOnce().catch(() => {
        this.#pausedUntil = this.#elapsed() + PAUSE_MS;
      });
    }
    return token.text;
  }

  /** The provider does not take it any more. Another one, fetched meanwhile, stays. */
  drop(text: string): void {
    if (this.#token?.text === text) this.#token = null;
  }

  async close(): Promise<void> {
    await this.#connections.destroy();
  }

  #fetchOnce(): Promise<string> {
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = null;
    });
    return this.#fetching;
  }

  async #fetch(): Promise<string> {
    const startedAt = this.#elapsed();
    const { status, text } = await this.#ask();
    if (status !== 200) throw new TokenError(`token_http_${status}`);
    const { access_token, token_type, expires_in } = fieldsOf(parseJson(text));
    const isBearer = token_type === undefined || /^bearer$/i.test(String(token_type));
    // RFC 6750, section 2.1, allows less; providers send any visible ASCII.
    if (typeof access_token !== 'string' || !/^[\x21-\x7e]+$/.test(access_token) || !isBearer)
      throw new TokenError('token_unreadable');
    const lifeMs = lifeOf(expires_in);
    this.#token = {
      text: access_token,
      renewAt: startedAt + lifeMs * RENEW_AT_SHARE,
      endsAt: startedAt + lifeMs,
    };
    return access_token;
  }

  async #ask(): Promise<{ readonly status: number; readonly text: string }> {
    const { tokenUrl, clientId, clientSecret, scope, audience, credentials = 'header' } = this.#credentials;
    const isInBody = credentials === 'body';
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      ...(scope !== undefined && { scope }),
      ...(audience !== undefined && { audience }),
      ...(isInBody && { client_id: clientId, client_secret: clientSecret }),
    });
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      const { statusCode, body } = await request(tokenUrl, {
        method: 'POST',
        dispatcher: this.#connections,
        signal,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
          'user-agent': 'messaging-system',
          ...(!isInBody && { authorization: `Basic ${basicOfClient(this.#credentials)}` }),
        },
        body: form.toString(),
      });
      let text = '';
      for await (const chunk of body) {
        text += String(chunk);
        if (text.length > LARGEST_ANSWER) throw new TokenError('token_unreadable');
      }
      return { status: statusCode, text };
    } catch (error) {
      if (error instanceof TokenError) throw error;
      const reason = signal.aborted ? 'timeout' : reasonBeforeWriting(error);
      throw new TokenError(`token_${reason}`, { cause: error });
    }
  }
}

function fieldsOf(answer: unknown): {
  readonly access_token?: unknown;
  readonly token_type?: unknown;
  readonly expires_in?: unknown;
} {
  return typeof answer === 'object' && answer !== null ? answer : {};
}

/** Some providers send it as a text. */
function lifeOf(expiresIn: unknown): number {
  const seconds = typeof expiresIn === 'string' ? Number(expiresIn) : expiresIn;
  if (typeof seconds !== 'number' || !(seconds > 0)) return USUAL_LIFE_MS;
  return Math.min(seconds, LONGEST_LIFE_S) * 1_000;
}
