import { claim, isDue, type StoredMessage, toMessage } from '@messaging-system/core/adapter';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Double, Doubles } from '../register-doubles.ts';
import { turn } from '../turn.ts';
import { allStored, wrong, wrongHarness } from './repository-double.ts';

/** Reads what is due, and writes its lease over whatever came between. */
function racyClaim(
  name: string,
  isRacy: (message: StoredMessage) => boolean,
): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    claimDue: async (request) => {
      const due = (await allStored(reference))
        .filter((message) => isDue(message, request.now))
        .sort((one, other) => (one.availableAt ?? 0) - (other.availableAt ?? 0));
      if (due.length === 0 || !due.every(isRacy)) return reference.claimDue(request);
      await turn();
      return due.slice(0, request.limit).map((message) => {
        const claimed = reference.put(claim(message, request));
        return {
          message: toMessage(claimed),
          interrupted: message.leaseToken !== null,
          inDoubt: claimed.inDoubt,
          foreign: claimed.createdAt === null,
        };
      });
    },
  }));
}

const isForeign = ({ createdAt }: StoredMessage): boolean => createdAt === null;
const isInterrupted = ({ leaseToken }: StoredMessage): boolean => leaseToken !== null;

export const claimRaceDoubles: Doubles<MessageRepositoryHarness> = {
  'gives each due message to exactly one of twenty racing callers': racyClaim(
    'a racy claim',
    (message) => !isForeign(message) && !isInterrupted(message),
  ),
  'gives each expired lease to exactly one of twenty racing callers': racyClaim(
    'a racy take-over',
    (message) => !isForeign(message) && isInterrupted(message),
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
