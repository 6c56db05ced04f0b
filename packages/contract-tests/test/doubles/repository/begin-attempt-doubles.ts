import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Doubles } from '../register-doubles.ts';
import { turn } from '../turn.ts';
import { change, wrong } from './repository-double.ts';

export const beginAttemptDoubles: Doubles<MessageRepositoryHarness> = {
  'journals the beginning of an attempt and counts it': wrong('a journal of whole seconds', (reference) => ({
    beginAttempt: (token, ids, begunAt) =>
      reference.beginAttempt(token, ids, Math.floor(begunAt / 1000) * 1000),
  })),

  'leaves status, place and lease of a message whose attempt begins': wrong(
    'a beginning that loses the place',
    (reference) => ({
      beginAttempt: async (token, ids, begunAt) => {
        const result = await reference.beginAttempt(token, ids, begunAt);
        for (const id of result.held) change(reference, id, () => ({ dueAt: null }));
        return result;
      },
    }),
  ),

  'changes nothing when the same beginning is journaled again, and says the same': wrong(
    'a repeated beginning that moves the journal',
    (reference) => ({
      beginAttempt: async (token, ids, begunAt) => {
        const result = await reference.beginAttempt(token, ids, begunAt);
        for (const id of result.held) change(reference, id, () => ({ lease: { begunAt } }));
        return result;
      },
    }),
  ),

  'counts a beginning once for twenty racing callers of one token': wrong('a racy journal', (reference) => ({
    beginAttempt: async (token, ids, begunAt) => {
      const isFresh = (id: string): boolean => (reference.read(id)?.lease?.begunAt ?? null) === null;
      const fresh = ids.filter(isFresh);
      await turn();
      const late = fresh.filter((id) => !isFresh(id));
      const result = await reference.beginAttempt(token, ids, begunAt);
      for (const id of late) change(reference, id, ({ attempts }) => ({ attempts: attempts + 1 }));
      return result;
    },
  })),

  'counts a journaled attempt once when it is settled': wrong(
    'a settle that counts a journaled attempt again',
    (reference) => ({
      settle: async (token, settlements) => {
        const begun = settlements.filter(
          ({ id, attempt }) => attempt !== null && (reference.read(id)?.lease?.begunAt ?? null) !== null,
        );
        const result = await reference.settle(token, settlements);
        for (const { id } of begun) change(reference, id, ({ attempts }) => ({ attempts: attempts + 1 }));
        return result;
      },
    }),
  ),

  'takes a journaled attempt back when it is settled without one': wrong(
    'a settle that counts what was only journaled',
    (reference) => ({
      settle: async (token, settlements) => {
        const begun = settlements.filter(
          ({ id, attempt }) => attempt === null && (reference.read(id)?.lease?.begunAt ?? null) !== null,
        );
        const result = await reference.settle(token, settlements);
        for (const { id } of begun) change(reference, id, ({ attempts }) => ({ attempts: attempts + 1 }));
        return result;
      },
    }),
  ),

  'lets either the beginning or the take-over of an expired lease come first': wrong(
    'a beginning that looks at the token and then writes',
    (reference) => ({
      beginAttempt: async (token, ids, begunAt) => {
        const held = ids.filter((id) => reference.read(id)?.lease?.token === token);
        await turn();
        const result = await reference.beginAttempt(token, ids, begunAt);
        const late = result.stale.filter((id) => held.includes(id));
        for (const id of late)
          change(reference, id, ({ attempts }) => ({ lease: { begunAt }, attempts: attempts + 1 }));
        return {
          held: [...result.held, ...late],
          stale: result.stale.filter((id) => !late.includes(id)),
        };
      },
    }),
  ),
};
