import { describeFailure, planWorld, runWorld, simulate } from '@messaging-system/simulator';
import { expect, test } from 'vitest';
import { openWorldStore } from './world-store.ts';

const WORLDS = 60;

test(`holds every rule in ${WORLDS} simulated worlds`, async () => {
  const { worlds, failures, statistics } = await simulate({ worlds: WORLDS, openStore: openWorldStore });
  const texts = failures.map((failure) =>
    describeFailure(
      failure,
      (ids) =>
        `npm run simulate -- --store sqlite --seed ${failure.seed} --extension ${failure.extension} --keep ${ids}`,
    ),
  );
  expect(texts.join('\n')).toBe('');
  expect(worlds).toBe(WORLDS);
  expect(statistics.leasesTakenOver).toBeGreaterThan(0);
}, 120_000);

test('makes the same world to the byte from the same seed', async () => {
  for (const seed of [1, 2, 3]) {
    const options = { openStore: openWorldStore, trace: true };
    const [first, second] = [
      await runWorld(planWorld(seed), options),
      await runWorld(planWorld(seed), options),
    ];
    expect(second.trace.join('\n')).toBe(first.trace.join('\n'));
  }
}, 60_000);
