import type { Clock, Permanent, SendOutcome } from '@messaging-system/core';
import { answerMessageId } from './answer-message-id.ts';
import { retryAfterMs } from './retry-after.ts';

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** What came of it, up to the cap; empty for an answer that is not accepted. */
  readonly body: Buffer;
}

export interface AnswerRules {
  readonly isAccepted: (status: number) => boolean;
  readonly clock: Clock;
}

/** What a final answer means for the message. The table is in the package's README. */
export function classifyAnswer(answer: Answer, rules: AnswerRules): SendOutcome {
  const { status } = answer;
  if (rules.isAccepted(status)) return accepted(answer.body);
  const reason = `http_${status}`;
  // A success that is not the one agreed upon, or a gateway whose upstream may have taken it.
  if ((status >= 200 && status < 300) || status === 502 || status === 504)
    return { kind: 'ambiguous', reason };
  if (status >= 300 && status < 400) return permanent(status, reason);
  const asked = askedToWait(answer.retryAfter, rules.clock);
  if (status === 429 || status === 503)
    return { kind: 'retryable', reason, ...asked, ...('retryAfterMs' in asked ? { busy: true } : {}) };
  // A receiver that says when to come back does not mean never.
  const isLater = status === 408 || status === 425 || (status !== 410 && (asked.retryAfterMs ?? 0) > 0);
  if (status >= 400 && status < 500 && !isLater) return permanent(status, reason);
  // Also 5xx, and with it what is no valid status (RFC 9110 §15).
  return { kind: 'retryable', reason, ...asked };
}

function accepted(body: Buffer): SendOutcome {
  const webhookMessageId = answerMessageId(body);
  return webhookMessageId === undefined ? { kind: 'accepted' } : { kind: 'accepted', webhookMessageId };
}

function askedToWait(header: string | null, clock: Clock): { readonly retryAfterMs?: number } {
  const waitMs = header === null ? null : retryAfterMs(header, clock.now());
  return waitMs === null ? {} : { retryAfterMs: waitMs };
}

function permanent(status: number, reason: string): Permanent {
  if (status === 410) return { kind: 'permanent', reason, endpoint: 'gone' };
  // A redirect is as much about the address as a 404 is: every message would meet it.
  const isAboutTheAddress = status < 400 || status === 401 || status === 403 || status === 404;
  return { kind: 'permanent', reason, ...(isAboutTheAddress && { endpoint: 'refusing' }) };
}
