import type { LeaseResult, MessageRepository } from '@messaging-system/core/adapter';
import { anAck, LEASE_END, NOW } from '../builders.ts';

/** The operations that only a lease's holder may do, as a call with the same arguments for each. */
export const LEASE_OPERATIONS: Readonly<
  Record<
    'settle' | 'beginAttempt' | 'extendLease' | 'release',
    (repository: MessageRepository, token: string, ids: readonly string[]) => Promise<LeaseResult>
  >
> = {
  settle: (repository, token, ids) =>
    repository.settle(
      token,
      ids.map((id) => anAck(id)),
    ),
  beginAttempt: (repository, token, ids) => repository.beginAttempt(token, ids, NOW + 10),
  extendLease: (repository, token, ids) => repository.extendLease(token, ids, LEASE_END + 60_000),
  release: (repository, token, ids) => repository.release(token, ids),
};

export type LeaseOperation = keyof typeof LEASE_OPERATIONS;

/** Ids of the right shape that nobody has, and texts that are not ids of any store. */
export const UNKNOWN_IDS: readonly string[] = ['6955b9000102030405ffffff', 'no-such-id', '', "' OR 1=1 --"];
