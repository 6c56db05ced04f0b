import assert from 'node:assert/strict';
import type { Settlement } from '@messaging-system/core/adapter';
import { aDeadLetter, aHold, aNack, anAck, LEASE_END, NOW } from '../builders.ts';
import type { Contract, ContractCase } from '../define-contract.ts';
import type { MessageRepositoryHarness } from '../harness/message-repository-harness.ts';
import {
  assertHeld,
  assertStale,
  assertUnchanged,
  claim,
  claimOne,
  findMessage,
  insertMany,
  leaseNew,
  RACERS,
  race,
  readStored,
  settleNew,
} from './steps.ts';

/** Settles again what is settled, as a caller does that was not told: nothing changes. */
function repeats(settlement: (id: string) => Settlement): ContractCase<MessageRepositoryHarness> {
  return {
    async run(harness) {
      const { repository, probe } = harness;
      const { id, token } = await settleNew(repository, settlement);
      const another = await harness.openAnother();
      await assertUnchanged(probe, [id], async () => {
        assertHeld(await another.settle(token, [settlement(id)]), [id]);
      });
    },
  };
}

export const settleRepeatContract: Contract<MessageRepositoryHarness> = {
  'reports a repeated ack as held and changes nothing': repeats((id) => anAck(id)),
  'reports a repeated nack as held and changes nothing': repeats((id) => aNack(id)),
  'reports a repeated dead letter as held and changes nothing': repeats((id) => aDeadLetter(id)),
  'reports a repeated hold as held and changes nothing': repeats((id) => aHold(id)),

  'disturbs no later lease by a repeated nack': {
    async run({ repository, probe }) {
      const nack = (id: string): Settlement => aNack(id, { availableAt: NOW + 1_000 });
      const { id, token } = await settleNew(repository, nack);
      await claimOne(repository, { now: NOW + 1_000 });
      await assertUnchanged(probe, [id], async () => {
        assertHeld(await repository.settle(token, [nack(id)]), [id]);
      });
    },
  },

  'undoes no redrive by a repeated dead letter': {
    async run({ repository, probe }) {
      const { id, token } = await settleNew(repository, (id) => aDeadLetter(id));
      await repository.redrive([id], NOW + 1_000);
      await assertUnchanged(probe, [id], async () => {
        assertHeld(await repository.settle(token, [aDeadLetter(id)]), [id]);
      });
    },
  },

  'tells a settle of another token for the same message that it is stale': {
    async run({ repository, probe }) {
      const first = await leaseNew(repository, {}, { leasedUntil: LEASE_END });
      const second = await claimOne(repository, { now: LEASE_END });
      await repository.settle(second.token, [anAck(second.id)]);
      await assertUnchanged(probe, [first.id], async () => {
        assertStale(await repository.settle(first.token, [aDeadLetter(first.id)]), [first.id]);
      });
    },
  },

  'settles once for twenty racing callers of one token': {
    async run(harness) {
      const { id, token } = await leaseNew(harness.repository);
      const results = await race(harness, (repository) => repository.settle(token, [aNack(id)]));
      for (const result of results) assertHeld(result, [id]);
      const { attempts, history } = await findMessage(harness.repository, id);
      assert.deepEqual([attempts, history.length], [1, 1]);
    },
  },

  'lets either the settle or the take-over of an expired lease win': {
    async run(harness) {
      await insertMany(harness.repository, RACERS);
      const { token, ids } = await claim(harness.repository, { leasedUntil: LEASE_END });
      const settled: string[] = [];
      const taken: string[] = [];
      await race(harness, async (repository, index) => {
        if (index % 2 === 0) {
          const batch = ids.slice(index, index + 2).map((id) => anAck(id));
          settled.push(...(await repository.settle(token, batch)).held);
        } else {
          taken.push(...(await claim(repository, { now: LEASE_END, limit: 4 })).ids);
        }
      });
      for (const id of ids) {
        const isSettled = settled.includes(id);
        assert.equal(taken.includes(id), !isSettled, 'a message is settled or taken over');
        assert.equal((await readStored(harness.probe, id)).message.status, isSettled ? 'sent' : 'unsent');
      }
    },
  },

  'lets either the settle or the release of a lease win': {
    async run(harness) {
      await insertMany(harness.repository, RACERS);
      const { token, ids } = await claim(harness.repository);
      const settled: string[] = [];
      const released: string[] = [];
      await race(harness, async (repository, index) => {
        const pair = ids.slice(index - (index % 2), index - (index % 2) + 2);
        if (index % 2 === 0) {
          const batch = pair.map((id) => anAck(id));
          settled.push(...(await repository.settle(token, batch)).held);
        } else {
          released.push(...(await repository.release(token, pair)).held);
        }
      });
      for (const id of ids) {
        const isSettled = settled.includes(id);
        assert.equal(released.includes(id), !isSettled, 'a message is settled or released');
        assert.equal((await readStored(harness.probe, id)).message.status, isSettled ? 'sent' : 'unsent');
      }
    },
  },
};
