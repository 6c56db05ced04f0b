import { parseHttpDate } from './http-date.ts';

const LONGEST_MS = 365 * 86_400_000;

/**
 * The wait that a `Retry-After` header asks for, in ms from `now` (RFC 9110 §10.2.3: seconds or an HTTP-date). A date in the
 * past is 0, a wait of more than a year is a year; null when the header says nothing readable.
 */
export function retryAfterMs(header: string, now: number): number | null {
  const text = header.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, LONGEST_MS);
  const at = parseHttpDate(text, now);
  return at === null ? null : Math.min(Math.max(at - now, 0), LONGEST_MS);
}
