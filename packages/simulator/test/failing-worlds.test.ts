import { describe, expect, test } from 'vitest';
import {
  describeFailure,
  planWorld,
  runWorld,
  type SimulatedFailure,
  simulate,
  withOnly,
} from '../src/index.ts';
import { openWorldStore } from './support/forgetful-store.ts';

async function aFailure(): Promise<SimulatedFailure> {
  const { failures } = await simulate({ worlds: 100, openStore: openWorldStore });
  const [failure] = failures;
  if (failure === undefined) throw new Error('the broken store was not found');
  return failure;
}

describe('a world that fails', () => {
  test('is shrunk to faults each of which it needs', async () => {
    const { failed, shrunk } = await aFailure();
    const { disturbances } = shrunk.plan;
    expect(shrunk.violations[0]?.rule).toBe(failed.violations[0]?.rule);
    expect(disturbances.length).toBeLessThan(failed.plan.disturbances.length);
    for (const { id } of disturbances) {
      const others = disturbances.flatMap((one) => (one.id === id ? [] : [one.id]));
      const { violations } = await runWorld(withOnly(shrunk.plan, others), { openStore: openWorldStore });
      expect(violations.map(({ rule }) => rule)).not.toContain(failed.violations[0]?.rule);
    }
  });

  test('fails again step for step from its seed and those faults alone', async () => {
    const { seed, extension, shrunk } = await aFailure();
    const ids = shrunk.plan.disturbances.map(({ id }) => id);
    const again = await runWorld(withOnly(planWorld(seed, { extension }), ids), {
      openStore: openWorldStore,
      trace: true,
    });
    expect(again.violations).toEqual(shrunk.violations);
    expect(again.trace.join('\n')).toBe(shrunk.trace.join('\n'));
  });

  test('is described by its seed, its rule, its faults, what happened to the message and how to see it again', async () => {
    const failure = await aFailure();
    const text = describeFailure(failure, (ids) => `see it again with ${ids.join(' and ')}`);
    const [violation] = failure.shrunk.violations;
    const ids = failure.shrunk.plan.disturbances.map(({ id }) => id);
    expect(text).toContain(`seed ${failure.seed}: "${violation?.rule}" is broken`);
    expect(text).toContain(`${violation?.text}`);
    for (const id of ids) expect(text).toContain(`#${id} `);
    expect(text).toContain(`see it again with ${ids.join(' and ')}`);
    expect(text).toMatch(new RegExp(`leases .*\\b${violation?.messages[0]}\\b`));
    expect(text.split('\n').length).toBeLessThan(failure.shrunk.trace.length);
  });

  test('ends with the step that breaks the rule', async () => {
    const { failed, shrunk } = await aFailure();
    expect(new Set(failed.violations.map(({ at }) => at)).size).toBe(1);
    expect(shrunk.trace.some((line) => line.includes('is broken'))).toBe(true);
  });
});
