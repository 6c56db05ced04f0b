/** The calls that a process makes to what lies outside it. */
export const OPERATIONS = [
  'insert',
  'claimDue',
  'beginAttempt',
  'settle',
  'extendLease',
  'release',
  'cancel',
  'redrive',
  'redriveMatching',
  'storeNow',
  'nextDueAt',
  'remember',
  'recall',
  'forget',
  'reconcile',
  'send',
] as const;

export type Operation = (typeof OPERATIONS)[number];

export type Target = 'store' | 'cache' | 'reconciler' | 'receiver';

export function targetOf(operation: Operation): Target {
  switch (operation) {
    case 'remember':
    case 'recall':
    case 'forget':
      return 'cache';
    case 'reconcile':
      return 'reconciler';
    case 'send':
      return 'receiver';
    default:
      return 'store';
  }
}
