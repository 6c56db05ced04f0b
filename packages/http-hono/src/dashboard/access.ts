import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { HttpEnv } from '../http-env.ts';
import { isSame, isSession, newSession, SESSION_SECONDS } from './session.ts';

const COOKIE = 'messaging_session';

/** Who may see pages, and how they are known again. */
export class Access {
  readonly #apiKeys: readonly string[];
  readonly #now: () => number;

  constructor(apiKeys: readonly string[], now: () => number) {
    this.#apiKeys = apiKeys;
    this.#now = now;
  }

  get hasKeys(): boolean {
    return this.#apiKeys.length > 0;
  }

  /** The session of the request; where nobody is asked for a key, a new one if need be. Null: log in first. */
  session(c: Context<HttpEnv>, base: string): string | null {
    const given = getCookie(c, COOKIE);
    if (given !== undefined && isSession(given, this.#apiKeys, this.#now())) return given;
    return this.hasKeys ? null : this.#begin(c, base, null);
  }

  /** Begins a session if the key is one of ours. */
  logIn(c: Context<HttpEnv>, base: string, given: string): boolean {
    const known = this.#apiKeys.filter((key) => isSame(key, given));
    const [key] = known;
    if (key === undefined) return false;
    this.#begin(c, base, key);
    return true;
  }

  logOut(c: Context<HttpEnv>, base: string): void {
    setCookie(c, COOKIE, '', { ...this.#options(c, base), maxAge: 0 });
  }

  #begin(c: Context<HttpEnv>, base: string, key: string | null): string {
    const session = newSession(key, this.#now());
    const lifetime = key === null ? {} : { maxAge: SESSION_SECONDS };
    setCookie(c, COOKIE, session, { ...this.#options(c, base), ...lifetime });
    return session;
  }

  #options(c: Context<HttpEnv>, base: string): CookieOptions {
    // Whoever ends TLS says so; a client that makes it up only hurts itself.
    const isSecure =
      new URL(c.req.url).protocol === 'https:' || cameOverTls(c.req.header('x-forwarded-proto'));
    return { httpOnly: true, sameSite: 'Strict', secure: isSecure, path: base === '' ? '/' : base };
  }
}

/** Of a chain of proxies each adds its word: the first one speaks of the browser. */
function cameOverTls(forwardedProto = ''): boolean {
  return /^\s*https\s*(?:,|$)/i.test(forwardedProto);
}

interface CookieOptions {
  readonly httpOnly: true;
  readonly sameSite: 'Strict';
  readonly secure: boolean;
  readonly path: string;
}
