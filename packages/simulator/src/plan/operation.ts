/** The calls that a process makes to what lies outside it, and up to which of each faults are planned: about as many as a world has of them. */
export const REACHED = {
  insert: 6,
  claimDue: 14,
  beginAttempt: 8,
  settle: 10,
  extendLease: 3,
  release: 2,
  cancel: 2,
  redrive: 2,
  redriveMatching: 2,
  storeNow: 6,
  nextDueAt: 6,
  remember: 8,
  recall: 4,
  forget: 1,
  reconcile: 3,
  send: 12,
} as const;

export type Operation = keyof typeof REACHED;

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
