import type { SentRequest } from '../model/model-message.ts';
import type { Report } from '../violations.ts';
import { isOlder } from './begin-checks.ts';
import { wasDeniedBefore } from './denials.ts';

/**
 * The window in which `resend` may send a copy: an attempt's outcome is ambiguous, or its lease ended before its settle was stored. Nowhere
 * else; under `hold` not even there; under `reconcile` not where the provider was asked in time.
 * @returns how many earlier deliveries this one repeats
 */
export function checkCopies(request: SentRequest, report: Report): number {
  const { message } = request;
  const earlier = message.requests.filter(
    (one) => one !== request && one.isAccepted && one.generation === request.generation,
  );
  for (const one of earlier) {
    const why = whyForbidden(one, request);
    if (why !== null)
      report('makes copies only in the window', `${message.name} was accepted twice: ${why}`, message);
  }
  return earlier.length;
}

function whyForbidden(one: SentRequest, other: SentRequest): string | null {
  if (one.lease === other.lease) return 'both under one lease';
  const [first, second] = isOlder(one.message, one.lease, other.lease) ? [one, other] : [other, one];
  if (second.lease.policy === 'hold') return 'the second under hold';
  if (second.lease.policy === 'reconcile' && !wasDeniedBefore(first, second.lease))
    return 'the provider could have known of the first';
  switch (first.lease.end) {
    case 'taken_over':
      return null;
    case 'settled':
      return first.outcome?.kind === 'ambiguous'
        ? null
        : `the first was settled as ${first.lease.settlement?.kind}`;
    default:
      return `the lease of the first was ${first.lease.end ?? 'never ended'}`;
  }
}
