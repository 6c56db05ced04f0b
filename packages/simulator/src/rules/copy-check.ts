import type { ModelLease, ModelMessage, SentRequest } from '../model/model-message.ts';
import type { Report } from '../violations.ts';

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

/** Whether one lease of the message was taken before the other. */
export function isOlder({ leases }: ModelMessage, one: ModelLease, other: ModelLease): boolean {
  return leases.indexOf(one) < leases.indexOf(other);
}

/** Whether a provider has said, since this request began, that it does not have the message. */
export function wasDeniedSince(request: SentRequest): boolean {
  return request.message.leases.some(
    ({ reconciled }) => reconciled?.kind === 'absent' && reconciled.at >= request.begunAt,
  );
}

/**
 * Whether a provider has said so before this request began, to the holder of a later lease (up to `last`): with clocks that differ, a lease
 * may be taken over before its holder thinks that it has ended, and no provider can know of what is still to come.
 */
export function wasDeniedBefore({ message, lease, begunAt }: SentRequest, last?: ModelLease): boolean {
  const { leases } = message;
  const to = last === undefined ? leases.length : leases.indexOf(last) + 1;
  return leases
    .slice(leases.indexOf(lease) + 1, to)
    .some(({ reconciled }) => reconciled?.kind === 'absent' && reconciled.at <= begunAt);
}
