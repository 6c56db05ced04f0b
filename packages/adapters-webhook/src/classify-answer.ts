import type { Clock } from '@messaging-system/core';
import type { Permanent, SendOutcome } from '@messaging-system/core/adapter';
import { answerMessageId } from './answer-message-id.ts';
import { rateLimitResetMs, retryAfterMs } from './retry-after.ts';

/** The part of undici's `IncomingHttpHeaders` that is read. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface Answer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** The body, up to the cap; empty if nobody reads it. */
  readonly body: Buffer;
  /** Whether all of the body came, and within the cap. */
  readonly isWhole: boolean;
}

export interface AnswerRules {
  readonly isAccepted: (status: number) => boolean;
  readonly isAmbiguous: (status: number) => boolean;
  readonly clock: Clock;
}

/**
 * A gateway had passed the request on, or may have, and has no response of the receiver to show:
 *
 * - 502 and 504: RFC 9110 §15.6.3 and §15.6.5.
 * - 520 (empty or unexpected response of the origin), 524 (connected, and no response in time) and 527 (interrupted on the way to the origin) of
 *   Cloudflare. Its 521, 522, 523, 525, 526 and 530 say that no connection to the origin was made, so they are retryable.
 *   https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/
 * - 598 (no response in time) and 599 (no connection in time, or none of the two known: Tornado's client has it for each) of proxies that follow no standard.
 *   https://en.wikipedia.org/wiki/List_of_HTTP_status_codes#Unofficial_codes
 *   https://www.tornadoweb.org/en/stable/httpclient.html#tornado.httpclient.HTTPClientError
 */
export const GATEWAY_STATUSES: readonly number[] = [502, 504, 520, 524, 527, 598, 599];

/**
 * The meaning of a final answer for the message. The table is in the package's README. Core's `settlementForOutcome` decides
 * what the dispatcher does with each kind. `retryable` means that the receiver certainly did not accept the message.
 */
export function classifyAnswer(answer: Answer, rules: AnswerRules): SendOutcome {
  const { status } = answer;
  if (rules.isAccepted(status)) return accepted(answer.body);
  const reason = `http_${status}`;
  // A success that is not the one agreed upon, or a gateway whose upstream may have taken it.
  if ((status >= 200 && status < 300) || rules.isAmbiguous(status)) return { kind: 'ambiguous', reason };
  if (status >= 300 && status < 400) return permanent(status, reason);
  const asked = askedToWait(answer, rules.clock);
  if (status === 429 || status === 503)
    return { kind: 'retryable', reason, ...asked, ...('retryAfterMs' in asked ? { busy: true } : {}) };
  // A receiver that says when to come back does not mean never.
  const isLater = status === 408 || status === 425 || (status !== 410 && (asked.retryAfterMs ?? 0) > 0);
  if (status >= 400 && status < 500 && !isLater) return permanent(status, reason);
  // Also 5xx, and with it invalid statuses (RFC 9110 §15).
  return { kind: 'retryable', reason, ...asked };
}

function accepted(body: Buffer): SendOutcome {
  const webhookMessageId = answerMessageId(body);
  return webhookMessageId === undefined ? { kind: 'accepted' } : { kind: 'accepted', webhookMessageId };
}

/** The wait that the headers ask for. */
export function askedToWait(
  { status, headers }: Pick<Answer, 'status' | 'headers'>,
  clock: Clock,
): { readonly retryAfterMs?: number } {
  const now = clock.now();
  const retryAfter = firstOf(headers['retry-after']);
  const told = retryAfter === null ? null : retryAfterMs(retryAfter, now);
  const reset = firstOf(headers['ratelimit-reset'] ?? headers['x-ratelimit-reset']);
  // Rate limiters send it with every response: only of a 429 is it the reason.
  const isLimit = told === null && status === 429 && reset !== null;
  const waitMs = isLimit ? rateLimitResetMs(reset, now) : told;
  return waitMs === null ? {} : { retryAfterMs: waitMs };
}

function firstOf(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}

function permanent(status: number, reason: string): Permanent {
  if (status === 410) return { kind: 'permanent', reason, endpoint: 'gone' };
  // A redirect is as much about the address as a 404 is: every message would meet it.
  const isAboutTheAddress = status < 400 || status === 401 || status === 403 || status === 404;
  return { kind: 'permanent', reason, ...(isAboutTheAddress && { endpoint: 'refusing' }) };
}
