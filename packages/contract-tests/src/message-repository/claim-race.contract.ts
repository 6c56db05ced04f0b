import assert from 'node:assert/strict';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { assertSameMembers, claim, insertMany, race, readStored } from './steps.ts';

export const claimRaceContract: Contract<MessageRepositoryHarness> = {
  'gives each due message to exactly one of twenty racing callers': {
    async run(harness) {
      const messages = await insertMany(harness.repository, 50);
      const claims = [...(await race(harness, (repository) => claim(repository, { limit: 4 })))];
      // Callers that lost a race may have received fewer: what is left is still due, once.
      claims.push(await claim(harness.repository));
      assertSameMembers(
        claims.flatMap(({ ids }) => ids),
        messages.map(({ id }) => id),
      );
      for (const { ids, token } of claims) {
        for (const id of ids) assert.equal((await readStored(harness.probe, id)).leaseToken, token);
      }
    },
  },
};
