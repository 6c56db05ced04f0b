import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const LIFETIME_MS = 7 * 24 * 3_600_000;

/** How long a browser that was given a key is known, in seconds. */
export const SESSION_SECONDS: number = LIFETIME_MS / 1000;

/**
 * A session that every process with the same key knows, and that ends when the key is taken away: its expiry and chance, signed with the key.
 * The key itself is not in it.
 */
export function newSession(apiKey: string | null, now: number): string {
  const chance = randomBytes(24).toString('base64url');
  if (apiKey === null) return `open.${chance}`;
  const claim = `${(now + LIFETIME_MS).toString(36)}.${chance}`;
  return `${claim}.${signature(apiKey, claim)}`;
}

/** Whether the session is one of ours; where there are no keys, any that has been made by chance. */
export function isSession(session: string | undefined, apiKeys: readonly string[], now: number): boolean {
  if (session === undefined) return false;
  if (apiKeys.length === 0) return /^open\.[\w-]{32}$/.test(session);
  const [expiry = '', chance = '', given = '', ...rest] = session.split('.');
  if (rest.length > 0 || !(Number.parseInt(expiry, 36) > now)) return false;
  const expected = apiKeys.map((key) => signature(key, `${expiry}.${chance}`));
  return expected.filter((known) => isSame(known, given)).length > 0;
}

/** What a form has to carry: only a page of ours can know it, since the cookie that it is made of is readable for nobody else. */
export function formToken(session: string): string {
  return createHash('sha256').update(`form\0${session}`).digest('base64url');
}

/** Compares in constant time. */
export function isSame(known: string, given: string): boolean {
  return timingSafeEqual(digest(known), digest(given));
}

function signature(apiKey: string, claim: string): string {
  const key = createHash('sha256').update(`messaging-system dashboard\0${apiKey}`).digest();
  return createHmac('sha256', key).update(claim).digest('base64url');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
