import { claim, claimedMessage, isDue, type StoredMessage } from '@messaging-system/core/adapter';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { turn } from '../turn.ts';
import { allStored, wrong, wrongHarness } from './repository-double.ts';

/** Reads what is due, and writes its lease over whatever came between. */
function racyClaim(
  name: string,
  isRacy: (stored: StoredMessage) => boolean,
): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    claimDue: async (request) => {
      const due = (await allStored(reference))
        .filter((stored) => isDue(stored, request.now))
        .sort((one, other) => (one.message.availableAt ?? 0) - (other.message.availableAt ?? 0));
      if (due.length === 0 || !due.every(isRacy)) return reference.claimDue(request);
      await turn();
      return due
        .slice(0, request.limit)
        .map((stored) => claimedMessage(stored, reference.put(claim(stored, request))));
    },
  }));
}

const isForeign = ({ message }: StoredMessage): boolean => message.createdAt === null;
const isInterrupted = ({ lease }: StoredMessage): boolean => lease !== null;

export const claimRaceDoubles: Doubles<MessageRepositoryHarness> = {
  'gives each due message to exactly one of twenty racing callers': racyClaim(
    'a racy claim',
    (stored) => !isForeign(stored) && !isInterrupted(stored),
  ),
  'gives each expired lease to exactly one of twenty racing callers': racyClaim(
    'a racy take-over',
    (stored) => !isForeign(stored) && isInterrupted(stored),
  ),
  'gives each foreign message to exactly one of twenty racing callers': racyClaim(
    'a racy claim of foreign messages',
    isForeign,
  ),
  'gives each due message to exactly one of two racing processes': wrongHarness(
    'processes that work each on a copy of the store',
    ({ repository }) => ({
      raceProcesses: async ({ count }) => {
        const listed = await repository.list({ limit: 1000 });
        const ids = listed.kind === 'page' ? listed.items.map(({ id }) => id) : [];
        return Array.from({ length: count }, () => ids);
      },
    }),
  ),
};
