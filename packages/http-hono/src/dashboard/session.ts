import { createHash, createHmac, randomBytes } from 'node:crypto';
import { isSame, type KnownApiKey } from '../access/api-keys.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const RENEW_AFTER_MS = MINUTE_MS;

/** A session ends when nobody has used it for this long. */
export const IDLE_MS: number = 15 * MINUTE_MS;

/** A session ends this long after the login, also while it is used. */
export const LONGEST_MS: number = 12 * HOUR_MS;

/** The cookie's data of a session. */
export interface SessionClaim {
  /** Made by chance; it stays the same when the session is renewed, and forms are bound to it. */
  readonly id: string;
  /** When the login was. */
  readonly begunAt: number;
  /** When the session ends unless it is renewed. */
  readonly until: number;
}

/** A session that somebody begins who gave a key. */
export function newClaim(now: number): SessionClaim {
  return { id: newId(), begunAt: now, until: now + IDLE_MS };
}

/** The same session for longer; null: it is new enough, or can last no longer. */
export function renewed(claim: SessionClaim, now: number): SessionClaim | null {
  const until = Math.min(now + IDLE_MS, claim.begunAt + LONGEST_MS);
  return until - claim.until >= RENEW_AFTER_MS ? { ...claim, until } : null;
}

/**
 * The claim, signed with the key: every process that has the key knows the session, and none does after the key was removed. The key itself is
 * not in it.
 */
export function signed({ id, begunAt, until }: SessionClaim, apiKey: string): string {
  const claim = `${begunAt.toString(36)}.${until.toString(36)}.${id}`;
  return `${claim}.${signature(apiKey, claim)}`;
}

/** The session of a cookie with the key that it was begun with; null: not one of ours, or over. */
export function verified(
  cookie: string,
  apiKeys: readonly KnownApiKey[],
  now: number,
): { readonly claim: SessionClaim; readonly key: KnownApiKey } | null {
  const [begun = '', end = '', id = '', given = '', ...rest] = cookie.split('.');
  const [key] = apiKeys.filter((known) => isSame(signature(known.key, `${begun}.${end}.${id}`), given));
  const until = Number.parseInt(end, 36);
  if (rest.length > 0 || key === undefined || !(until > now)) return null;
  return { claim: { id, begunAt: Number.parseInt(begun, 36), until }, key };
}

/** A session where nobody is asked for a key: it only binds forms to their browser. */
export function newOpenSession(): string {
  return `open.${newId()}`;
}

/** Whether a session is one that was made by chance, where nobody is asked for a key. */
export function isOpenSession(session: string): boolean {
  return /^open\.[\w-]{32}$/.test(session);
}

/** The token that a form has to carry: only a page of ours can know it, since nobody else can read the cookie that has the id. */
export function formToken(sessionId: string): string {
  return createHash('sha256').update(`form\0${sessionId}`).digest('base64url');
}

function newId(): string {
  return randomBytes(24).toString('base64url');
}

function signature(apiKey: string, claim: string): string {
  const key = createHash('sha256').update(`messaging-system dashboard\0${apiKey}`).digest();
  return createHmac('sha256', key).update(claim).digest('base64url');
}

const DEFAULT_MAX = 10_000;

/**
 * The sessions that were logged out, for as long as a copy of their cookie could be valid. This process alone knows them, and forgets them
 * when it ends.
 */
export class EndedSessions {
  readonly #max: number;
  /** When each of them would have ended at the latest. */
  readonly #ended = new Map<string, number>();
  /** Ends the open pages of a session. */
  readonly #pages = new Map<string, Set<AbortController>>();
  #endedUntil = Number.NEGATIVE_INFINITY;

  constructor(max: number = DEFAULT_MAX) {
    this.#max = max;
  }

  end({ id, begunAt }: SessionClaim, now: number): void {
    for (const [one, until] of this.#ended) if (until <= now) this.#ended.delete(one);
    if (this.#ended.size >= this.#max) {
      // Forgetting one would let it live again, so everybody has to log in again.
      this.#ended.clear();
      this.#endedUntil = now;
      for (const id of [...this.#pages.keys()]) this.#endPages(id);
    }
    this.#ended.set(id, begunAt + LONGEST_MS);
    this.#endPages(id);
  }

  has({ id, begunAt }: SessionClaim): boolean {
    return begunAt <= this.#endedUntil || this.#ended.has(id);
  }

  /** A signal for an open page of the session: aborted when the session is logged out. `page` says when the page is gone. */
  ofPage(id: string, page: AbortSignal): AbortSignal {
    const ended = new AbortController();
    const pages = this.#pages.get(id) ?? new Set();
    this.#pages.set(id, pages.add(ended));
    const leave = (): void => {
      pages.delete(ended);
      if (pages.size === 0 && this.#pages.get(id) === pages) this.#pages.delete(id);
    };
    page.addEventListener('abort', leave, { once: true });
    if (page.aborted) leave();
    return ended.signal;
  }

  #endPages(id: string): void {
    const pages = this.#pages.get(id) ?? [];
    this.#pages.delete(id);
    for (const page of pages) page.abort();
  }
}
