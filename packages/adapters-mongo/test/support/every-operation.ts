import { aDeadLetter, aNack, aNewMessage, anAck, NOW } from '@messaging-system/contract-tests';
import type { MessageRepository } from '@messaging-system/core/adapter';
import { aClaim, leaseOne } from './requests.ts';

const PHONE = '+905551111111';

/** Each operation of the port on messages that it has something to do with, by name. */
export const EVERY_OPERATION: Readonly<Record<string, (repository: MessageRepository) => Promise<unknown>>> =
  {
    insert: (repository) => repository.insert([aNewMessage({ idempotencyKey: 'order-1' })]),
    claimDue: (repository) => repository.claimDue(aClaim({ limit: 2 })),
    beginAttempt: async (repository) => {
      const { id, token } = await leaseOne(repository);
      await repository.beginAttempt(token, [id, 'unknown'], NOW);
    },
    settle: async (repository) => {
      const { id, token } = await leaseOne(repository);
      await repository.settle(token, [anAck(id), aNack('unknown')]);
    },
    extendLease: async (repository) => {
      const { id, token } = await leaseOne(repository);
      await repository.extendLease(token, [id, 'unknown'], NOW + 120_000);
    },
    release: async (repository) => {
      const { id, token } = await leaseOne(repository);
      await repository.release(token, [id, 'unknown']);
    },
    findById: async (repository) => repository.findById((await leaseOne(repository)).id),
    list: async (repository) => {
      const first = await repository.list({ limit: 1 });
      const cursor = first.kind === 'page' ? first.nextCursor : null;
      for (const query of [{}, { status: 'unsent' }, { phoneNumber: PHONE }] as const) {
        await repository.list({ ...query, limit: 2 });
        if (cursor !== null) await repository.list({ ...query, limit: 2, cursor });
      }
    },
    counts: (repository) => repository.counts(),
    cancel: async (repository) => {
      const inserted = await repository.insert([aNewMessage()]);
      if (inserted.kind === 'inserted') {
        await repository.cancel([inserted.items[0]?.message.id ?? '', '6955b9000102030405ffffff'], NOW);
      }
    },
    redrive: async (repository) => {
      const { id, token } = await leaseOne(repository);
      await repository.settle(token, [aDeadLetter(id)]);
      await repository.redrive([id, '6955b9000102030405ffffff'], NOW + 1_000);
    },
    redriveMatching: async (repository) => {
      const { id, token } = await leaseOne(repository);
      await repository.settle(token, [aDeadLetter(id)]);
      await repository.redriveMatching({ status: 'failed', phoneNumber: PHONE }, NOW + 1_000, 10);
      await repository.redriveMatching({ status: 'failed' }, NOW + 1_000, 10);
      for (const filter of [{}, { phoneNumber: PHONE }]) {
        const waiting = await leaseOne(repository);
        await repository.settle(waiting.token, [aNack(waiting.id)]);
        await repository.redriveMatching({ status: 'unsent', ...filter }, NOW + 1_000, 10);
      }
    },
    nextDueAt: (repository) => repository.nextDueAt(),
    tryWrite: async (repository) => repository.tryWrite?.(),
    stopDelivery: async (repository) => repository.stopDelivery?.({ at: NOW, by: 'ops' }),
    resumeDelivery: async (repository) => repository.resumeDelivery?.(),
    deliveryStop: async (repository) => repository.deliveryStop?.(),
    prune: async (repository) => {
      const { id, token } = await leaseOne(repository);
      await repository.settle(token, [anAck(id)]);
      await repository.prune(NOW + 86_400_000, 1);
    },
    erase: (repository) => repository.erase(PHONE, 2),
  };
