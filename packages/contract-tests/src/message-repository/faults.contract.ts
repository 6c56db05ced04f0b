import assert from 'node:assert/strict';
import type { MessageRepository } from '@messaging-system/core/adapter';
import { aNewMessage, anAck, LEASE_END, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { within } from '../poll.ts';
import { aClaimRequest } from './steps.ts';

const ID = '6955b9000102030405000001';
const TOKEN = 'token-of-a-lease';
const DEADLINE_MS = 4_000;

const OPERATIONS: Readonly<Record<string, (repository: MessageRepository) => Promise<unknown>>> = {
  insert: (repository) => repository.insert([aNewMessage({ idempotencyKey: 'order-1' })]),
  claimDue: (repository) => repository.claimDue(aClaimRequest()),
  beginAttempt: (repository) => repository.beginAttempt(TOKEN, [ID], NOW),
  settle: (repository) => repository.settle(TOKEN, [anAck(ID)]),
  extendLease: (repository) => repository.extendLease(TOKEN, [ID], LEASE_END),
  release: (repository) => repository.release(TOKEN, [ID]),
  findById: (repository) => repository.findById(ID),
  list: (repository) => repository.list({ limit: 10 }),
  counts: (repository) => repository.counts(),
  cancel: (repository) => repository.cancel([ID], NOW),
  redrive: (repository) => repository.redrive([ID], NOW),
  redriveMatching: (repository) => repository.redriveMatching({ status: 'failed' }, NOW, 10),
  erase: (repository) => repository.erase('+905551111111', 10),
  prune: (repository) => repository.prune(NOW, 10),
  nextDueAt: (repository) => repository.nextDueAt(),
  tryWrite: async (repository) =>
    repository.tryWrite === undefined ? repository.counts() : repository.tryWrite(),
  stopDelivery: async (repository) =>
    repository.stopDelivery === undefined
      ? repository.counts()
      : repository.stopDelivery({ at: NOW, by: 'an operator' }),
  resumeDelivery: async (repository) =>
    repository.resumeDelivery === undefined ? repository.counts() : repository.resumeDelivery(),
  deliveryStop: async (repository) =>
    repository.deliveryStop === undefined ? repository.counts() : repository.deliveryStop(),
};

export const faultsContract: Contract<MessageRepositoryHarness> = {
  'throws StoreUnavailableError from every operation while the store cannot be reached': {
    unless: (harness) =>
      harness.openUnreachable === undefined ? 'the harness cannot put the store out of reach' : null,
    async run(harness) {
      const repository = await harness.openUnreachable?.();
      assert.ok(repository !== undefined);
      const codes = await within(
        'every operation fails',
        Promise.all(
          Object.entries(OPERATIONS).map(async ([name, operate]) => {
            const code = await operate(repository).then(
              () => 'no fault',
              (fault: unknown) => codeOf(fault),
            );
            return `${name}: ${code}`;
          }),
        ),
        DEADLINE_MS,
      );
      assert.deepEqual(
        codes,
        Object.keys(OPERATIONS).map((name) => `${name}: store_unavailable`),
      );
    },
  },
};

function codeOf(fault: unknown): string {
  return fault instanceof Error && 'code' in fault ? String(fault.code) : String(fault);
}
