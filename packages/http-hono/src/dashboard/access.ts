import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { ANYONE, type ApiCaller, type ApiKeys } from '../access/api-keys.ts';
import type { HttpEnv } from '../http-env.ts';
import { isOpenSession, keyOfSession, newSession, SESSION_SECONDS } from './session.ts';

const COOKIE = 'messaging_session';

/** Somebody whom we know again. */
export interface Session {
  readonly id: string;
  readonly caller: ApiCaller;
}

/** Who may see pages, and how they are known again. */
export class Access {
  readonly #apiKeys: ApiKeys;
  readonly #now: () => number;

  constructor(apiKeys: ApiKeys, now: () => number) {
    this.#apiKeys = apiKeys;
    this.#now = now;
  }

  get hasKeys(): boolean {
    return !this.#apiKeys.isOpen;
  }

  /** The session of the request; where nobody is asked for a key, a new one if need be. Null: log in first. */
  session(c: Context<HttpEnv>, base: string): Session | null {
    const given = getCookie(c, COOKIE);
    if (this.hasKeys) {
      const known = given === undefined ? null : keyOfSession(given, this.#apiKeys.all, this.#now());
      return given === undefined || known === null || !mayLogIn(known.caller)
        ? null
        : { id: given, caller: known.caller };
    }
    const id = given !== undefined && isOpenSession(given) ? given : this.#begin(c, base, null);
    return { id, caller: ANYONE };
  }

  /** Begins a session if the key is one of ours and may read. Null: it is none of ours. */
  logIn(c: Context<HttpEnv>, base: string, given: string): ApiCaller | null {
    const known = this.#apiKeys.find(Buffer.from(given, 'utf8'));
    if (known === null) return null;
    if (mayLogIn(known.caller)) this.#begin(c, base, known.key);
    return known.caller;
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

/** Every page shows messages. */
export function mayLogIn({ scopes }: ApiCaller): boolean {
  return scopes.has('read');
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
