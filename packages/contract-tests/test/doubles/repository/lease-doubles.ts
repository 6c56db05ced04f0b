import type { Message } from '@messaging-system/core';
import type { StoredMessage } from '@messaging-system/core/adapter';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { judged } from './lease-operation-double.ts';
import { allStored, type Change, change, wrong } from './repository-double.ts';

function extendsThen(name: string, then: (leasedUntil: number) => Change): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    extendLease: async (token, ids, leasedUntil) => {
      const result = await reference.extendLease(token, ids, leasedUntil);
      for (const id of result.held) change(reference, id, () => then(leasedUntil));
      return result;
    },
  }));
}

function releasesThen(
  name: string,
  then: (message: Message, before: StoredMessage) => Change,
): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    release: async (token, ids) => {
      const before = new Map(ids.map((id) => [id, reference.read(id)]));
      const result = await reference.release(token, ids);
      for (const id of result.held) {
        const earlier = before.get(id);
        if (earlier) change(reference, id, (message) => then(message, earlier));
      }
      return result;
    },
  }));
}

export const leaseDoubles: Doubles<MessageRepositoryHarness> = {
  'moves the end of a lease': extendsThen('an extension that is a millisecond short', (leasedUntil) => ({
    availableAt: leasedUntil - 1,
  })),

  'never moves the end of a lease back: an extension that was given up may come late': extendsThen(
    'an extension that moves a lease back',
    (leasedUntil) => ({ availableAt: leasedUntil, leasedUntil }),
  ),

  'extends the leases that it names and no others of the token': wrong(
    'an extension of everything the token holds',
    (reference) => ({
      extendLease: async (token, ids, leasedUntil) => {
        const held = (await allStored(reference)).filter(({ lease }) => lease?.token === token);
        const result = await reference.extendLease(token, ids, leasedUntil);
        if (ids.length > 0) {
          await reference.extendLease(
            token,
            held.map(({ message }) => message.id),
            leasedUntil,
          );
        }
        return result;
      },
    }),
  ),

  'keeps the place and the journal of a message whose lease it extends': extendsThen(
    'an extension that clears the journal',
    () => ({ lease: { begunAt: null } }),
  ),

  'lets either the extension or the take-over of an expired lease win': judged(
    'an extension that writes over a take-over',
    'extendLease',
    (stored, token) => (stored?.lease?.token === token ? 'apply' : 'right'),
    { afterOthers: () => true },
  ),

  'lets either the release or the take-over of an expired lease come first': judged(
    'a release that writes over a take-over',
    'release',
    (stored, token) => (stored?.lease?.token === token ? 'apply' : 'right'),
    { afterOthers: ({ lease }) => lease !== null },
  ),

  'gives a released message back to its place, as it was before the lease': releasesThen(
    'a release that forgets the place',
    () => ({ dueAt: null }),
  ),

  'hands out a released message at once, and not as interrupted': releasesThen(
    'a release that leaves a doubt',
    () => ({ inDoubt: true }),
  ),

  'releases the messages that it names and no others of the token': wrong(
    'a release of everything the token holds',
    (reference) => ({
      release: async (token, ids) => {
        const held = (await allStored(reference)).filter(({ lease }) => lease?.token === token);
        const result = await reference.release(token, ids);
        if (ids.length > 0) {
          await reference.release(
            token,
            held.map(({ message }) => message.id),
          );
        }
        return result;
      },
    }),
  ),

  'keeps earlier attempts and lost leases of a released message': releasesThen(
    'a release that starts the attempts again',
    () => ({ attempts: 0 }),
  ),

  'clears the journal of a released message and takes its attempt back': releasesThen(
    'a release that counts what was only journaled',
    ({ attempts }, before) => ({ attempts: attempts + (before.lease?.begunAt == null ? 0 : 1) }),
  ),
};
