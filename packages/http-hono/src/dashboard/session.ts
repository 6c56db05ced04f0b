import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KnownApiKey } from '../access/api-keys.ts';

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

/** Whether a session is one that was made by chance, where nobody is asked for a key. */
export function isOpenSession(session: string): boolean {
  return /^open\.[\w-]{32}$/.test(session);
}

/** The key that the session was begun with; null: it is none of ours, or over. */
export function keyOfSession(
  session: string,
  apiKeys: readonly KnownApiKey[],
  now: number,
): KnownApiKey | null {
  const [expiry = '', chance = '', given = '', ...rest] = session.split('.');
  if (rest.length > 0 || !(Number.parseInt(expiry, 36) > now)) return null;
  const signers = apiKeys.filter(({ key }) => isSame(signature(key, `${expiry}.${chance}`), given));
  return signers[0] ?? null;
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
