import { describe, expect, test } from 'vitest';
import { ALL_MUTATIONS } from './mutations/all-mutations.ts';
import { describeCatches, isCaught, medianWorlds } from './mutations/describe-catches.ts';
import { huntAll } from './mutations/hunt-all.ts';
import type { Mutation } from './mutations/mutation.ts';

const STARTS = [0, 1_000, 2_000];
const MOST_WORLDS = 600;
const hunted = ALL_MUTATIONS.filter(({ isRare }) => isRare !== true);

describe('the deliberate bugs', () => {
  test(`are each found in at most ${MOST_WORLDS} worlds from each seed`, async () => {
    const catches = await huntAll(hunted, { starts: STARTS, mostWorlds: MOST_WORLDS, mostMs: 300_000 });
    console.log(describeCatches(catches));
    const escaped = catches.filter((one) => !isCaught(one));
    expect(escaped.map(({ mutation, worlds, problem }) => [mutation.name, worlds, problem])).toEqual([]);
    for (const one of catches) expect(medianWorlds(one), one.mutation.name).not.toBeNull();
  }, 900_000);

  test('are found as bugs: a change that is none is not', async () => {
    const none: Mutation = {
      name: 'nothing wrong',
      file: 'core/src/dispatch/triage.ts',
      find: 'MAX_LOST_LEASES = 5',
      replace: 'MAX_LOST_LEASES = 4 + 1',
    };
    const [clean] = await huntAll([none], { starts: STARTS, mostWorlds: 60, mostMs: 300_000 });
    expect(clean).toMatchObject({ problem: null, worlds: STARTS.map(() => null) });
  }, 300_000);
});
