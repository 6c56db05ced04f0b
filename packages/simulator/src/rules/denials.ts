import type { ModelLease, SentRequest } from '../model/model-message.ts';

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
