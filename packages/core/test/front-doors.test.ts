import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/** The names that a file of `src/` exports, types included. */
async function namesOf(file: string): Promise<ReadonlySet<string>> {
  const code = await readFile(new URL(`../src/${file}`, import.meta.url), 'utf8');
  const lists = [...code.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].map(([, list]) => list ?? '');
  const names = lists.flatMap((list) => list.split(',').map((name) => name.replace('type ', '').trim()));
  return new Set(names.filter((name) => name !== ''));
}

test('who uses core finds at most 40 names at its front door', async () => {
  const names = await namesOf('index.ts');
  expect([...names]).toEqual(expect.arrayContaining(['Dispatcher', 'Messages', 'StoreUnavailableError']));
  expect(names.size).toBeLessThanOrEqual(40);
});

test('no name but Clock is at both doors of core', async () => {
  const [consumers, implementors] = await Promise.all([namesOf('index.ts'), namesOf('adapter.ts')]);
  expect([...consumers].filter((name) => implementors.has(name))).toEqual(['Clock']);
});

test('every port is at the door for adapters', async () => {
  expect([...(await namesOf('adapter.ts'))]).toEqual(
    expect.arrayContaining([
      'Clock',
      'DeliveryReconciler',
      'MessageRepository',
      'Random',
      'SentCache',
      'StopSignal',
      'TraceContext',
      'WebhookSender',
    ]),
  );
});
