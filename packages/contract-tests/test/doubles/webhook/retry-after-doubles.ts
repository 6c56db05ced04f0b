import type { SendOutcome } from '@messaging-system/core/adapter';
import type { WebhookWireFormatHarness } from '../../../src/index.ts';
import { REFERENCE_PARTS, type SenderParts } from '../../webhook/sender-parts.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { wrongPart } from './sender-double.ts';

/** Reads Retry-After in its own way. */
function reads(name: string, retryAfterMs: SenderParts['retryAfterMs']): Double<WebhookWireFormatHarness> {
  return wrongPart(name, { retryAfterMs });
}

/** Adds to what the reference makes of a status and its Retry-After. */
function adds(
  name: string,
  to: (outcome: SendOutcome, status: number, retryAfter: string | undefined) => SendOutcome,
): Double<WebhookWireFormatHarness> {
  return wrongPart(name, {
    classify(status, headers) {
      return to(REFERENCE_PARTS.classify(status, headers), status, headers['retry-after']);
    },
  });
}

export const retryAfterDoubles: Doubles<WebhookWireFormatHarness> = {
  'reads Retry-After in seconds on 429 and 503 and calls the receiver busy': reads(
    'a sender that takes the seconds for milliseconds',
    (value) => (value === '7' ? 7 : REFERENCE_PARTS.retryAfterMs(value)),
  ),

  'reads Retry-After as an HTTP date on 429 and 503 and calls the receiver busy': reads(
    'a sender that knows no dates',
    (value) => (value?.includes('GMT') ? undefined : REFERENCE_PARTS.retryAfterMs(value)),
  ),

  'does not call a receiver busy that names no time': adds(
    'a sender that calls every 429 busy',
    (outcome, status, retryAfter) =>
      outcome.kind === 'retryable' && status === 429 && retryAfter === undefined
        ? { ...outcome, busy: true }
        : outcome,
  ),

  'does not call a receiver busy for the Retry-After of another status': adds(
    'a sender that calls a receiver busy for any Retry-After',
    (outcome, status, retryAfter) =>
      outcome.kind === 'retryable' && status === 500 && retryAfter !== undefined
        ? { ...outcome, busy: true, retryAfterMs: 7_000 }
        : outcome,
  ),

  'drops a Retry-After that makes no sense': reads('a sender that reads a date into anything', (value) => {
    const known = REFERENCE_PARTS.retryAfterMs(value);
    return known === undefined && value !== undefined && value.startsWith('1.') ? 1_500 : known;
  }),

  'never makes a Retry-After negative or endless': reads('a sender that waits for the past', (value) => {
    const at = Date.parse(value?.includes('1970') ? value : '');
    return Number.isNaN(at) ? REFERENCE_PARTS.retryAfterMs(value) : at - Date.now();
  }),
};
