import assert from 'node:assert/strict';
import { LEASE_END, NOW } from '../builders.ts';
import type { Contract } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import { assertSameMembers, type Claim, claim, insertMany, race, readStored } from './steps.ts';

/** Each message was handed out once, and the store says to whom. */
async function assertDividedUp(
  { probe }: MessageRepositoryHarness,
  claims: readonly Claim[],
  ids: readonly string[],
): Promise<void> {
  assertSameMembers(
    claims.flatMap((each) => each.ids),
    ids,
  );
  const holders = claims.flatMap(({ ids, token }) => ids.map((id) => ({ id, token })));
  for (const { id, token } of holders) assert.equal((await readStored(probe, id)).lease?.token, token);
}

export const claimRaceContract: Contract<MessageRepositoryHarness> = {
  'gives each due message to exactly one of twenty racing callers': {
    async run(harness) {
      const messages = await insertMany(harness.repository, 50);
      const racing = await race(harness, (repository) => claim(repository, { limit: 4 }));
      // Callers that lost a race may have received fewer: what is left is still due, once.
      const rest = await claim(harness.repository);
      await assertDividedUp(
        harness,
        [...racing, rest],
        messages.map(({ id }) => id),
      );
    },
  },

  'gives each expired lease to exactly one of twenty racing callers': {
    async run(harness) {
      await insertMany(harness.repository, 30);
      const { ids } = await claim(harness.repository, { leasedUntil: LEASE_END });
      const request = { now: LEASE_END, limit: 4 };
      const racing = await race(harness, (repository) => claim(repository, request));
      const rest = await claim(harness.repository, { now: LEASE_END });
      await assertDividedUp(harness, [...racing, rest], ids);
      for (const { claimed } of [...racing, rest]) {
        for (const { message } of claimed) assert.equal(message.lostLeases, 1, 'one lease was lost');
      }
    },
  },

  'gives each foreign message to exactly one of twenty racing callers': {
    unless: ({ probe }) => (probe.putForeign === undefined ? 'no other service shares this store' : null),
    async run(harness) {
      const ids: string[] = [];
      for (let index = 0; index < 30; index += 1) {
        const texts = { phoneNumber: '+905551111111', content: `message ${index}` };
        ids.push((await harness.probe.putForeign?.(texts)) ?? '');
      }
      const racing = await race(harness, (repository) => claim(repository, { limit: 4 }));
      await assertDividedUp(harness, [...racing, await claim(harness.repository)], ids);
    },
  },

  'gives each due message to exactly one of two racing processes': {
    unless: (harness) => (harness.raceProcesses === undefined ? 'this store lives in one process' : null),
    async run(harness) {
      const { repository } = harness;
      const messages = await insertMany(repository, 400);
      const received = await harness.raceProcesses?.({
        count: 2,
        now: NOW,
        leasedUntil: LEASE_END,
        limit: 7,
      });
      assert.equal(received?.length, 2, 'both processes answer');
      const rest = await claim(repository);
      assertSameMembers(
        [...(received?.flat() ?? []), ...rest.ids],
        messages.map(({ id }) => id),
      );
    },
  },
};
