import type { Clock } from '@messaging-system/core';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import { ANYONE, type ApiCaller, type ApiKeys } from '../access/api-keys.ts';
import type { HttpEnv } from '../http-env.ts';
import {
  EndedSessions,
  IDLE_MS,
  isOpenSession,
  newClaim,
  newOpenSession,
  renewed,
  type SessionClaim,
  signed,
  verified,
} from './session.ts';

const COOKIE = 'messaging_session';

/** Somebody whom we know again. */
export interface Session {
  readonly id: string;
  readonly caller: ApiCaller;
  /** Null: nobody is asked for a key, so there is nothing to log out of. */
  readonly claim: SessionClaim | null;
}

/** Decides who may see pages, and recognizes them again. */
export class Access {
  readonly #apiKeys: ApiKeys;
  readonly #clock: Clock;
  readonly #ended = new EndedSessions();

  constructor(apiKeys: ApiKeys, clock: Clock) {
    this.#apiKeys = apiKeys;
    this.#clock = clock;
  }

  get hasKeys(): boolean {
    return !this.#apiKeys.isOpen;
  }

  /**
   * The session of the request, which is renewed by being used; where nobody is asked for a key, a new one if need be.
   * Null: log in first.
   */
  session(c: Context<HttpEnv>, base: string): Session | null {
    const given = getCookie(c, COOKIE);
    if (this.hasKeys) return given === undefined ? null : this.#known(c, base, given);
    const id = given !== undefined && isOpenSession(given) ? given : newOpenSession();
    if (id !== given) setCookie(c, COOKIE, id, this.#options(c, base));
    return { id, caller: ANYONE, claim: null };
  }

  /** Begins a session if the key is one of ours and may read. Null: it is not one of ours. */
  logIn(c: Context<HttpEnv>, base: string, given: string): ApiCaller | null {
    const known = this.#apiKeys.find(Buffer.from(given, 'utf8'));
    if (known === null) return null;
    if (mayLogIn(known.caller)) this.#keep(c, base, newClaim(this.#clock.now()), known.key);
    return known.caller;
  }

  /** Ends the session for whoever has a copy of its cookie, and its open pages. */
  logOut(c: Context<HttpEnv>, base: string, { claim }: Session): void {
    if (claim !== null) this.#ended.end(claim, this.#clock.now());
    setCookie(c, COOKIE, '', { ...this.#options(c, base), maxAge: 0 });
  }

  /** How long a page may be sent what happens: until its client has gone, or its session is over unless it is renewed. */
  whileKnown({ id, claim }: Session, client: AbortSignal): AbortSignal {
    if (claim === null) return client;
    const over = new AbortController();
    void this.#clock.sleep(claim.until - this.#clock.now(), client).then(() => over.abort());
    const own = AbortSignal.any([client, over.signal]);
    return AbortSignal.any([own, this.#ended.ofPage(id, own)]);
  }

  #known(c: Context<HttpEnv>, base: string, cookie: string): Session | null {
    const now = this.#clock.now();
    const known = verified(cookie, this.#apiKeys.all, now);
    if (known === null || this.#ended.has(known.claim) || !mayLogIn(known.key.caller)) return null;
    const next = renewed(known.claim, now);
    if (next !== null) this.#keep(c, base, next, known.key.key);
    const claim = next ?? known.claim;
    return { id: claim.id, caller: known.key.caller, claim };
  }

  #keep(c: Context<HttpEnv>, base: string, claim: SessionClaim, key: string): void {
    const maxAge = Math.min(IDLE_MS, claim.until - this.#clock.now()) / 1000;
    setCookie(c, COOKIE, signed(claim, key), { ...this.#options(c, base), maxAge: Math.ceil(maxAge) });
  }

  #options(c: Context<HttpEnv>, base: string): CookieOptions {
    // The proxy that ends TLS says so; a client that makes it up only hurts itself.
    const isSecure =
      new URL(c.req.url).protocol === 'https:' || cameOverTls(c.req.header('x-forwarded-proto'));
    return { httpOnly: true, sameSite: 'Strict', secure: isSecure, path: base === '' ? '/' : base };
  }
}

/** Every page shows messages. */
export function mayLogIn({ scopes }: ApiCaller): boolean {
  return scopes.has('read');
}

/** Of a chain of proxies each adds its word: the first one speaks of the browser. */
function cameOverTls(forwardedProto = ''): boolean {
  return /^\s*https\s*(?:,|$)/i.test(forwardedProto);
}
