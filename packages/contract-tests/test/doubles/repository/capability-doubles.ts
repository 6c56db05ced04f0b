import { type DeliveryStop, isRedrivableSince, redrive, storedFrom } from '@messaging-system/core/adapter';
import { aNewMessage, type MessageRepositoryHarness, NOW } from '../../../src/index.ts';
import type { Doubles } from '../register-doubles.ts';
import { turn } from '../turn.ts';
import { allMessages, allStored, wrong, wrongHarness } from './repository-double.ts';

export const capabilityDoubles: Doubles<MessageRepositoryHarness> = {
  'tells the time of the store in epoch milliseconds': wrong('a store time in seconds', () => ({
    storeNow: async () => NOW / 1000,
  })),

  'tries a write that leaves nothing behind': wrong('a write that stays', (reference) => ({
    tryWrite: async () => {
      await reference.insert([aNewMessage()]);
    },
  })),

  'keeps a delivery stop for every instance until it is resumed, and changes no message by it': wrong(
    'a delivery stop that each instance keeps for itself',
    () => {
      let stop: DeliveryStop | null = null;
      return {
        stopDelivery: async (asked) => {
          stop ??= asked;
        },
        resumeDelivery: async () => {
          stop = null;
        },
        deliveryStop: async () => stop,
      };
    },
  ),

  'keeps one delivery stop of those that race, and that one when it is stopped again': wrong(
    'a delivery stop that a later one replaces',
    (reference) => ({
      stopDelivery: async (stop) => {
        await reference.resumeDelivery();
        await reference.stopDelivery(stop);
      },
    }),
  ),

  'calls a watcher soon after an insert': wrong('an insert that wakes nobody', (reference) => ({
    insert: async (messages) => {
      const [asked] = messages;
      if (asked === undefined || asked.idempotencyKey !== null || messages.length > 1) {
        return reference.insert(messages);
      }
      const latest = (await allMessages(reference)).at(-1)?.id ?? '6955b9000000000000000000';
      const id = (BigInt(`0x${latest}`) + 1n).toString(16).padStart(24, '0');
      return {
        kind: 'inserted',
        items: [{ kind: 'stored', message: reference.put(storedFrom(id, asked)).message }],
      };
    },
  })),

  'calls a watcher soon after a redrive': wrong('a redrive that wakes nobody', (reference) => ({
    redrive: async (ids, at) =>
      ids.map((id) => {
        const before = reference.read(id);
        if (before === null) return { kind: 'not_found', id };
        const { stored, result } = redrive(before, at);
        reference.put(stored);
        return result;
      }),
  })),

  'calls a watcher soon after a redrive by a filter': wrong(
    'a redrive by a filter that wakes nobody',
    (reference) => ({
      redriveMatching: async (filter, at, limit) => {
        const found = (await allStored(reference))
          .filter((stored) => stored.message.status === filter.status && isRedrivableSince(stored, at))
          .filter(({ message }) => message.phoneNumber === (filter.phoneNumber ?? message.phoneNumber))
          .slice(0, limit)
          .flatMap(({ message }) => reference.read(message.id) ?? [])
          .filter(({ message }) => message.status === filter.status);
        for (const stored of found) reference.put(redrive(stored, at).stored);
        return found.length;
      },
    }),
  ),

  'calls no watcher any more that was ended': wrong('a watch without an end', (reference) => ({
    watch: (onDue) => {
      reference.watch(onDue);
      return turn;
    },
  })),
};

export const faultDoubles: Doubles<MessageRepositoryHarness> = {
  'throws StoreUnavailableError from every operation while the store cannot be reached': wrongHarness(
    "a driver's error that comes through as it is",
    (harness) => ({
      openUnreachable: async () => {
        const repository = await harness.openUnreachable?.();
        if (repository === undefined) throw new TypeError('the reference can be put out of reach');
        const nextDueAt = async (): Promise<never> => {
          throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        };
        return { ...repository, nextDueAt };
      },
    }),
  ),
};
