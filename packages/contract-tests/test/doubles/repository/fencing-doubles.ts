import type { StoredMessage } from '@messaging-system/core/adapter';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Doubles } from '../register-doubles.ts';
import { judged, type LeaseOperation } from './lease-operation-double.ts';
import { wrong } from './repository-double.ts';

// Between the year 1971, where one case lives, and the others.
const OWN_CLOCK = Date.UTC(2000, 0, 1);

function isUnsent(stored: StoredMessage | null): stored is StoredMessage {
  return stored?.message.status === 'unsent';
}

function fencingDoublesOf(operation: LeaseOperation): Doubles<MessageRepositoryHarness> {
  return {
    [`${operation} of a lease that another caller took over changes nothing and says so`]: judged(
      `an unfenced ${operation}`,
      operation,
      (stored) =>
        isUnsent(stored) && stored.lease !== null && stored.message.lostLeases > 0 ? 'apply' : 'right',
    ),

    [`${operation} of a lease that was given back changes nothing and says so`]: judged(
      `${operation} without a lease`,
      operation,
      (stored) => (isUnsent(stored) && stored.lease === null ? 'apply' : 'right'),
    ),

    [`${operation} by a token that leased nothing changes nothing and says so`]: judged(
      `${operation} that takes an empty token for no lease`,
      operation,
      (stored, token) => (isUnsent(stored) && (stored.lease?.token ?? '') === token ? 'apply' : 'right'),
    ),

    [`${operation} calls unknown ids stale and does the others`]: judged(
      `${operation} that throws for an invalid id`,
      operation,
      (_message, _token, id) => {
        if (!/^[0-9a-f]{24}$/.test(id)) throw new TypeError(`${id} is not an id`);
        return 'right';
      },
    ),

    [`${operation} after the lease's end succeeds when nobody came before`]: judged(
      `${operation} that looks at the clock`,
      operation,
      (stored) => ((stored?.message.leasedUntil ?? OWN_CLOCK) < OWN_CLOCK ? 'stale' : 'right'),
    ),

    [`${operation} of no message does nothing`]: wrong(
      `${operation} that refuses an empty call`,
      (reference) => {
        const refuse = async (items: readonly unknown[]): Promise<void> => {
          if (items.length === 0) throw new TypeError('batch cannot be empty');
        };
        return {
          settle: async (token, settlements) => {
            if (operation === 'settle') await refuse(settlements);
            return reference.settle(token, settlements);
          },
          beginAttempt: async (token, ids, begunAt) => {
            if (operation === 'beginAttempt') await refuse(ids);
            return reference.beginAttempt(token, ids, begunAt);
          },
          extendLease: async (token, ids, leasedUntil) => {
            if (operation === 'extendLease') await refuse(ids);
            return reference.extendLease(token, ids, leasedUntil);
          },
          release: async (token, ids) => {
            if (operation === 'release') await refuse(ids);
            return reference.release(token, ids);
          },
        };
      },
    ),
  };
}

function settledDoubleOf(operation: Exclude<LeaseOperation, 'settle'>): Doubles<MessageRepositoryHarness> {
  return {
    [`${operation} of a message that the same token settled changes nothing and says so`]: judged(
      `${operation} that the last holder may still do`,
      operation,
      (stored, token) => (isUnsent(stored) && stored.settledBy === token ? 'apply' : 'right'),
    ),
  };
}

export const fencingDoubles: Doubles<MessageRepositoryHarness> = {
  ...fencingDoublesOf('settle'),
  ...fencingDoublesOf('beginAttempt'),
  ...fencingDoublesOf('extendLease'),
  ...fencingDoublesOf('release'),
  ...settledDoubleOf('beginAttempt'),
  ...settledDoubleOf('extendLease'),
  ...settledDoubleOf('release'),
};
