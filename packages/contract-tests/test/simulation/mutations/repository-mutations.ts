import type { Mutation } from './mutation.ts';

const MESSAGE = 'core/src/message';
const IN_MEMORY = 'core/src/in-memory';

export const REPOSITORY_MUTATIONS: readonly Mutation[] = [
  {
    name: 'lost fence',
    file: `${MESSAGE}/lease-transitions.ts`,
    find: "return message.status === 'unsent' && message.leaseToken === leaseToken;",
    replace: "return message.status === 'unsent' && message.leaseToken !== null && leaseToken !== '';",
  },
  {
    name: 'settle of what is settled',
    file: `${MESSAGE}/lease-transitions.ts`,
    find: "return message.status === 'unsent' && message.leaseToken === leaseToken;",
    replace: 'return message.leaseToken === leaseToken || message.settledBy === leaseToken;',
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
    find: 'inDoubt: message.inDoubt || begun,',
    replace: 'inDoubt: begun,',
  },
  {
    name: 'unjournaled loss not doubted',
    file: `${MESSAGE}/lease-transitions.ts`,
    find: 'return !message.leaseJournals || message.begunAt !== null;',
    replace: 'return message.begunAt !== null;',
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
    replace: 'message.lostLeases + (message.leaseToken === null ? 0 : 1)',
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
    find: 'attempts: attemptsBeforeLease(message) };',
    replace: 'attempts: message.attempts };',
  },
  {
    name: 'extension that shortens',
    isRare: true,
    file: `${MESSAGE}/lease-transitions.ts`,
    find: 'Math.max(message.leasedUntil ?? leasedUntil, leasedUntil)',
    replace: 'leasedUntil',
  },
  {
    name: 'beginning counted again',
    file: `${MESSAGE}/lease-transitions.ts`,
    find: 'if (message.begunAt !== null) return message;',
    replace: '',
  },
  {
    name: 'journaled attempt counted twice',
    file: `${MESSAGE}/settle-transition.ts`,
    find: 'attempts: attemptsBeforeLease(message) +',
    replace: 'attempts: message.attempts +',
  },
  {
    name: 'lease kept after a retry',
    file: `${MESSAGE}/settle-transition.ts`,
    find: '    ...NOT_LEASED,\n',
    replace: '',
  },
  {
    name: 'doubt lost at a nack',
    file: `${MESSAGE}/settle-transition.ts`,
    find: 'inDoubt: settlement.inDoubt,',
    replace: 'inDoubt: false,',
  },
  {
    name: 'counter not reset by a redrive',
    file: `${MESSAGE}/operator-transitions.ts`,
    find: '    attempts: 0,\n',
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
    find: '    message.leaseToken === null &&\n    message.availableAt',
    replace: '    message.availableAt',
  },
  {
    name: 'cancel of what is under way',
    file: `${MESSAGE}/operator-transitions.ts`,
    find: 'if (!isFree(message)) {',
    replace: 'if (!isFree(message) && message.leaseToken === null) {',
  },
  {
    name: 'cancel of what its journal says has begun',
    file: `${MESSAGE}/operator-transitions.ts`,
    find: 'if (!isFree(message)) {',
    replace: 'if (message.leaseToken !== null && !message.leaseJournals) {',
  },
  {
    name: 'interruption not told',
    file: `${IN_MEMORY}/in-memory-message-repository.ts`,
    find: 'interrupted: message.leaseToken !== null,',
    replace: 'interrupted: message.leaseToken === undefined,',
  },
  {
    name: 'repeated settle called stale',
    file: `${IN_MEMORY}/in-memory-message-repository.ts`,
    find: '?.settledBy === leaseToken',
    replace: "?.settledBy === leaseToken && message.status === 'unsent'",
  },
  {
    name: 'due order lost',
    file: `${IN_MEMORY}/pick-due.ts`,
    find: '(one.availableAt ?? 0) - (other.availableAt ?? 0)',
    replace: '(other.availableAt ?? 0) - (one.availableAt ?? 0)',
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
      "const existing = this.#byKey(asked.idempotencyKey);\n      if (existing !== undefined && existing.status === 'unsent') return",
  },
];
