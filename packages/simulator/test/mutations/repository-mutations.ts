import type { Mutation } from './mutation.ts';

const MESSAGE = 'core/src/message';
const IN_MEMORY = 'core/src/in-memory';

export const REPOSITORY_MUTATIONS: readonly Mutation[] = [
  {
    name: 'lost fence',
    file: `${MESSAGE}/lease-transitions.ts`,
    find: 'return stored.lease !== null && stored.lease.token === leaseToken;',
    replace: "return stored.lease !== null && leaseToken !== '';",
  },
  {
    name: 'settle of what is settled',
    file: `${IN_MEMORY}/in-memory-message-repository.ts`,
    find: 'if (stored !== null && isHeldBy(stored, leaseToken)) this.put(settle(stored, settlement));',
    replace: `const lease = stored?.lease ?? { token: leaseToken, journals: false, begunAt: null };
      if (stored?.settledBy === leaseToken || stored?.lease?.token === leaseToken)
        this.put(settle({ ...stored, lease }, settlement));`,
  },
  {
    name: 'due under a live lease',
    file: `${MESSAGE}/lease-transitions.ts`,
    find: 'message.availableAt <= now);',
    replace: 'message.availableAt <= now + 300);',
  },
  {
    name: 'doubt lost at a claim',
    file: `${MESSAGE}/lease-transitions.ts`,
    find: 'inDoubt: stored.inDoubt || begun,',
    replace: 'inDoubt: begun,',
  },
  {
    name: 'unjournaled loss not doubted',
    file: `${MESSAGE}/lease-transitions.ts`,
    find: 'return !lease.journals || lease.begunAt !== null;',
    replace: 'return lease.begunAt !== null;',
  },
  {
    name: 'lost leases not counted',
    file: `${MESSAGE}/lease-transitions.ts`,
    find: 'message.lostLeases + (begun ? 1 : 0)',
    replace: 'message.lostLeases + (begun ? 0 : 0)',
  },
  {
    name: 'lost leases counted that had not begun',
    file: `${MESSAGE}/lease-transitions.ts`,
    find: 'message.lostLeases + (begun ? 1 : 0)',
    replace: 'message.lostLeases + (lease === null ? 0 : 1)',
  },
  {
    name: 'suspect leased without a journal',
    file: `${MESSAGE}/lease-transitions.ts`,
    find: 'request.journals || lostLeases > 0',
    replace: 'request.journals',
  },
  {
    name: 'place lost at a release',
    file: `${MESSAGE}/lease-transitions.ts`,
    find: 'availableAt: message.dueAt, attempts',
    replace: 'availableAt: message.availableAt, attempts',
  },
  {
    name: 'journal kept at a release',
    file: `${MESSAGE}/lease-transitions.ts`,
    find: 'const attempts = attemptsBeforeLease(stored);',
    replace: 'const { attempts } = message;',
  },
  {
    name: 'extension that shortens',
    isRare: true,
    file: `${MESSAGE}/lease-transitions.ts`,
    find: 'Math.max(stored.message.leasedUntil, leasedUntil)',
    replace: 'leasedUntil',
  },
  {
    name: 'beginning counted again',
    file: `${MESSAGE}/lease-transitions.ts`,
    find: 'if (lease.begunAt !== null) return stored;',
    replace: '',
  },
  {
    name: 'journaled attempt counted twice',
    file: `${MESSAGE}/settle-transition.ts`,
    find: 'attempts: attemptsBeforeLease(stored) +',
    replace: 'attempts: message.attempts +',
  },
  {
    name: 'lease kept after a retry',
    file: `${MESSAGE}/settle-transition.ts`,
    find: 'const unleased = { lease: null, settledBy',
    replace: 'const unleased = { lease, settledBy',
  },
  {
    name: 'doubt lost at a nack',
    file: `${MESSAGE}/settle-transition.ts`,
    find: 'dueAt: availableAt, reason }, inDoubt }',
    replace: 'dueAt: availableAt, reason }, inDoubt: false }',
  },
  {
    name: 'counter not reset by a redrive',
    file: `${MESSAGE}/operator-transitions.ts`,
    find: '      attempts: 0,\n',
    replace: '',
  },
  {
    name: 'doubt kept by a redrive',
    file: `${MESSAGE}/operator-transitions.ts`,
    find: '    inDoubt: false,\n',
    replace: '    inDoubt: true,\n',
  },
  {
    name: 'redrive of what is under way',
    isRare: true,
    file: `${MESSAGE}/operator-transitions.ts`,
    find: '    lease === null &&\n    message.availableAt',
    replace: '    message.availableAt',
  },
  {
    name: 'cancel of what is under way',
    file: `${MESSAGE}/operator-transitions.ts`,
    find: 'if (!isFree(stored))',
    replace: 'if (!isFree(stored) && stored.lease === null)',
  },
  {
    name: 'cancel of what its journal says has begun',
    file: `${MESSAGE}/operator-transitions.ts`,
    find: 'if (!isFree(stored))',
    replace: 'if (stored.lease !== null && !stored.lease.journals)',
  },
  {
    name: 'interruption not told',
    file: `${MESSAGE}/lease-transitions.ts`,
    find: 'interrupted: before.lease !== null,',
    replace: 'interrupted: before.lease === undefined,',
  },
  {
    name: 'repeated settle called stale',
    file: `${IN_MEMORY}/in-memory-message-repository.ts`,
    find: '?.settledBy === leaseToken',
    replace: "?.settledBy === leaseToken && stored?.message.status === 'unsent'",
  },
  {
    name: 'due order lost',
    file: `${IN_MEMORY}/pick-due.ts`,
    find: 'dueTime(one) - dueTime(other)',
    replace: 'dueTime(other) - dueTime(one)',
  },
  {
    name: "another service's messages starved",
    file: `${IN_MEMORY}/pick-due.ts`,
    find: 'Math.max(Math.floor(limit / 2), limit - own.length)',
    replace: 'Math.max(0, limit - own.length)',
  },
  {
    name: 'idempotency key forgotten',
    file: `${IN_MEMORY}/in-memory-message-repository.ts`,
    find: 'const existing = this.#byKey(asked.idempotencyKey);\n      if (existing !== undefined) return',
    replace:
      "const existing = this.#byKey(asked.idempotencyKey);\n      if (existing !== undefined && existing.message.status === 'unsent') return",
  },
];
