import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ALL_MUTATIONS } from './mutations/all-mutations.ts';
import { isCaught } from './mutations/describe-catches.ts';
import { huntAll } from './mutations/hunt-all.ts';
import { type Mutation, mutate, PACKAGES } from './mutations/mutation.ts';

const MOST_WORLDS = 600;
const hunted = ALL_MUTATIONS.filter(({ isRare }) => isRare !== true);

describe('the deliberate bugs', () => {
  test('are at least twenty in the dispatcher and the repositories, each with a name of its own', () => {
    expect(hunted.length).toBeGreaterThanOrEqual(20);
    expect(new Set(ALL_MUTATIONS.map(({ name }) => name)).size).toBe(ALL_MUTATIONS.length);
    for (const part of [
      'core/src/dispatch/',
      'core/src/message/',
      'core/src/in-memory/',
      'adapters-sqlite/src/',
    ])
      expect(
        hunted.some(({ file }) => file.startsWith(part)),
        part,
      ).toBe(true);
  });

  test.each(ALL_MUTATIONS)('have a text that stands once in the source as it is: $name', (mutation) => {
    const source = readFileSync(new URL(mutation.file, PACKAGES), 'utf8');
    expect(mutate(source, mutation)).not.toBe(source);
  });

  test('that no longer apply are a failure, not a bug that was not found', async () => {
    const stale: Mutation = {
      name: 'stale',
      file: 'core/src/dispatch/triage.ts',
      find: 'what never stood there',
      replace: '',
    };
    expect(() => mutate('something else', stale)).toThrow('its text occurs 0 times');
    const [found] = await huntAll([stale], { starts: [0], mostWorlds: 1 });
    expect(found?.problem).toContain('its text occurs 0 times');
  }, 60_000);

  test(`are each found in at most ${MOST_WORLDS} worlds`, async () => {
    const catches = await huntAll(hunted, { starts: [0], mostWorlds: MOST_WORLDS, mostMs: 300_000 });
    const escaped = catches.filter((one) => !isCaught(one));
    expect(escaped.map(({ mutation, worlds, problem }) => [mutation.name, worlds, problem])).toEqual([]);
  }, 300_000);
});
