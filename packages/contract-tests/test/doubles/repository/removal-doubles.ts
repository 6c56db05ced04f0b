import type { Message, MessageStatus } from '@messaging-system/core';
import type { MessageRepository } from '@messaging-system/core/adapter';
import type { InMemoryMessageRepository } from '@messaging-system/core/in-memory';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { turn } from '../turn.ts';
import { allMessages, allStored, bound, change, wrong, wrongHarness } from './repository-double.ts';

/** Removes a record whoever holds it. */
async function remove(reference: InMemoryMessageRepository, { id }: Message): Promise<void> {
  const nobody = `removed ${id}`;
  change(reference, id, () => ({ lease: null, phoneNumber: nobody }));
  await reference.erase(nobody, 1);
}

/** The messages of a phone number as they stand at the call. */
async function ofPhone(
  reference: InMemoryMessageRepository,
  phoneNumber: string,
): Promise<readonly Message[]> {
  const listed = await reference.list({ phoneNumber, limit: Number.MAX_SAFE_INTEGER });
  return listed.kind === 'page' ? listed.items.toReversed() : [];
}

const isFree = ({ leasedUntil }: Message): boolean => leasedUntil === null;

/** A prune of other records than it should take. */
function prunes(
  name: string,
  takes: (message: Message, settledBefore: number) => boolean,
): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    prune: async (settledBefore, limit) => {
      const found = (await allMessages(reference)).filter((message) => takes(message, settledBefore));
      const taken = found.slice(0, limit);
      for (const message of taken) await remove(reference, message);
      return taken.length;
    },
  }));
}

const PRUNED: readonly MessageStatus[] = ['sent', 'cancelled'];

function isOld({ status, settledAt }: Message, settledBefore: number): boolean {
  return PRUNED.includes(status) && settledAt !== null && settledAt < settledBefore;
}

export const removalDoubles: Doubles<MessageRepositoryHarness> = {
  'erases the messages of a phone number whatever their status, and no others': wrong(
    'an erase that leaves what failed',
    (reference) => ({
      erase: async (phoneNumber, limit) => {
        const failed = (await ofPhone(reference, phoneNumber)).filter(({ status }) => status === 'failed');
        for (const { id } of failed) change(reference, id, () => ({ phoneNumber: 'elsewhere' }));
        const result = await reference.erase(phoneNumber, limit);
        for (const { id } of failed) change(reference, id, () => ({ phoneNumber }));
        return result;
      },
    }),
  ),

  'erases a leased message whose journaling holder has not begun, and none that has': wrong(
    'an erase past a beginning',
    (reference) => ({
      erase: async (phoneNumber, limit) => {
        for (const { id } of await allMessages(reference)) {
          change(reference, id, () => ({ lease: { begunAt: null } }));
        }
        return reference.erase(phoneNumber, limit);
      },
    }),
  ),

  'erases no message that a racing holder begins': wrong(
    'an erase that looks at the journal and then removes',
    (reference) => ({
      beginAttempt: async (token, ids, begunAt) => {
        await turn();
        return reference.beginAttempt(token, ids, begunAt);
      },
      erase: async (phoneNumber, limit) => {
        const waiting = (await allStored(reference)).filter(
          ({ message, lease }) =>
            message.phoneNumber === phoneNumber && lease?.journals === true && lease.begunAt === null,
        );
        await turn();
        await turn();
        for (const { message } of waiting) {
          change(reference, message.id, () => ({ lease: { begunAt: null } }));
        }
        return reference.erase(phoneNumber, limit);
      },
    }),
  ),

  'leaves messages under a lease and reports them, until they are settled': wrong(
    'an erase that does not report what is in flight',
    (reference) => ({
      erase: async (phoneNumber, limit) => ({
        ...(await reference.erase(phoneNumber, limit)),
        inFlightIds: [],
      }),
    }),
  ),

  'erases up to the limit at a time, past those under a lease, until none is left': wrong(
    'an erase that looks at the first few only',
    (reference) => ({
      erase: async (phoneNumber, limit) => {
        const first = (await ofPhone(reference, phoneNumber)).slice(0, limit);
        const free = first.filter(isFree);
        for (const message of free) await remove(reference, message);
        return {
          erasedIds: free.map(({ id }) => id),
          inFlightIds: first.filter((message) => !isFree(message)).map(({ id }) => id),
        };
      },
    }),
  ),

  'erases no message that a racing caller claims': wrong('a racy erase', (reference) => ({
    erase: async (phoneNumber, limit) => {
      const theirs = await ofPhone(reference, phoneNumber);
      const free = theirs.filter(isFree).slice(0, limit);
      const inFlight = theirs.filter((message) => !isFree(message));
      await turn();
      for (const message of free) await remove(reference, message);
      return { erasedIds: free.map(({ id }) => id), inFlightIds: inFlight.map(({ id }) => id) };
    },
  })),

  'tells that copies of what is erased remain, also when nothing is left to erase, until they are gone':
    wrongHarness(
      'an erase that tells of copies only where it removed something',
      ({ repository, openAnother, probe }) => {
        let isHeld = false;
        const telling = (one: MessageRepository): MessageRepository => ({
          ...bound(one),
          erase: async (phoneNumber, limit) => {
            const result = await one.erase(phoneNumber, limit);
            return isHeld && result.erasedIds.length > 0 ? { ...result, copiesRemain: true } : result;
          },
        });
        const holdCopies = async (): Promise<() => Promise<void>> => {
          isHeld = true;
          return async () => {
            isHeld = false;
          };
        };
        return {
          repository: telling(repository),
          openAnother: async () => telling(await openAnother()),
          probe: { ...probe, holdCopies },
        };
      },
    ),

  'prunes sent and cancelled messages that were settled before the instant': prunes(
    'a prune that takes the instant itself too',
    (message, settledBefore) => isOld(message, settledBefore + 1),
  ),

  'prunes by when a message was settled, not by when it was sent': prunes(
    'a prune by sentAt',
    (message, settledBefore) =>
      isOld({ ...message, settledAt: message.sentAt ?? message.settledAt }, settledBefore),
  ),

  'never prunes what is unsent, failed or unknown': prunes(
    'a prune that takes what failed',
    (message, settledBefore) =>
      isOld(message.status === 'failed' ? { ...message, status: 'sent' } : message, settledBefore),
  ),

  'prunes up to the limit at a time and tells how many, until none is left': wrong(
    'a prune that knows no limit',
    (reference) => ({ prune: (settledBefore) => reference.prune(settledBefore, Number.MAX_SAFE_INTEGER) }),
  ),

  'counts each pruned message for exactly one of twenty racing callers': wrong(
    'a prune that counts what it found',
    (reference) => ({
      prune: async (settledBefore, limit) => {
        const found = (await allMessages(reference)).filter((message) => isOld(message, settledBefore));
        await turn();
        for (const message of found.slice(0, limit)) await remove(reference, message);
        return Math.min(found.length, limit);
      },
    }),
  ),
};
