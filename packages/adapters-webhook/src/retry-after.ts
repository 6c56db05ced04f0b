import { parseHttpDate } from './http-date.ts';

const LONGEST_MS = 365 * 86_400_000;

// Beyond 30 years a number is a time since 1970, not a wait: of seconds it is one from 2001 to 33658, of milliseconds from 2001 on.
const LEAST_EPOCH_SECONDS = 1e9;
const LEAST_EPOCH_MS = 1e12;

/**
 * The wait that a `Retry-After` header asks for, in ms from `now` (RFC 9110 §10.2.3: seconds or an HTTP-date). Also understood, because receivers send
 * it: a fraction, which is rounded up to a second, and the time itself in seconds or milliseconds since 1970. A time in the past is 0, a wait
 * of more than a year is a year; null when the header says nothing readable.
 */
export function retryAfterMs(header: string, now: number): number | null {
  const text = header.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return waitOf(Number(text), now);
  const at = parseHttpDate(text, now);
  return at === null ? null : within(at - now);
}

/**
 * The wait until the reset that a rate limiter names (`RateLimit-Reset`, `X-RateLimit-Reset`), in ms from `now`: seconds from now as the IETF's draft
 * has it, or the time in seconds or milliseconds since 1970. Null when it is not readable or not in the future: then it says nothing
 * about when to come back.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-06#section-5.3
 */
export function rateLimitResetMs(header: string, now: number): number | null {
  const text = header.trim();
  const waitMs = /^\d+(?:\.\d+)?$/.test(text) ? waitOf(Number(text), now) : 0;
  return waitMs === 0 ? null : waitMs;
}

function waitOf(value: number, now: number): number {
  if (value < LEAST_EPOCH_SECONDS) return within(Math.ceil(value) * 1000);
  return within(Math.ceil(value < LEAST_EPOCH_MS ? value * 1000 : value) - now);
}

function within(waitMs: number): number {
  return Math.min(Math.max(waitMs, 0), LONGEST_MS);
}
