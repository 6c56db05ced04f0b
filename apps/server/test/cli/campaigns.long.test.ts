import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryHome } from '../support/temporary-home.ts';
import { runCli } from './run-cli.ts';

// Each starts processes, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

const CONTACTS = 'phoneNumber,name\n+905551234567,Ayşe\n+905551234568,Can\n';

interface Imported {
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly figures: unknown;
}

function contacts(name = 'contacts.csv', text = CONTACTS) {
  const home = temporaryHome();
  writeFileSync(join(home, name), text);
  return async (...args: readonly string[]): Promise<Imported> => {
    const { exitCode, stdout, stderr } = await runCli(home, ['import', name, '--direct', '--json', ...args]);
    return { exitCode, stderr, figures: stdout === '' ? null : JSON.parse(stdout) };
  };
}

test('the same contacts get the next campaign, each once, with --key and --source', async () => {
  const run = contacts();
  for (const [source, content] of [
    ['spring', 'Hi {{name}}, it is spring'],
    ['summer', 'Hi {{name}}, it is summer'],
  ] as const) {
    const args = ['--key', 'phoneNumber', '--source', source, '--content', content];
    expect(await run(...args)).toMatchObject({ exitCode: 0, figures: { stored: 2, rejected: 0 } });
    expect(await run(...args)).toMatchObject({ exitCode: 0, figures: { stored: 0, existing: 2 } });
  }
});

test('--unique stores one message for each value in an import, and the next one is another', async () => {
  const run = contacts('contacts.csv', `${CONTACTS}+90 555 123-45-67,Ayşe again\n`);
  const first = await run('--unique', 'phoneNumber', '--content', 'Hi {{name}}');
  expect(first).toMatchObject({ exitCode: 1, figures: { stored: 2, rejected: 1 } });
  const renamed = await run('--unique', 'phoneNumber', '--source', 'summer', '--content', 'Bye');
  expect(renamed).toMatchObject({ exitCode: 0, figures: { stored: 2, existing: 1 } });
});

test('a key alone counts for every file, and a conflict says how to name a campaign', async () => {
  const run = contacts();
  await run('--key', 'phoneNumber', '--content', 'Spring');
  const { exitCode, stderr } = await run('--key', 'phoneNumber', '--content', 'Summer');
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/idempotencyKey belongs to another message \(--source NAME/);
});

const OWN_KEYS = 'phoneNumber,content,idempotencyKey\n+905551234567,Hi,k\n';

test.each([
  [
    '--key and --unique',
    CONTACTS,
    ['--key', 'phoneNumber', '--unique', 'name', '--content', 'x'],
    /--unique/,
  ],
  [
    '--key and a --map of the key',
    CONTACTS,
    ['--key', 'phoneNumber', '--map', 'idempotencyKey=name', '--content', 'x'],
    /--map idempotencyKey/,
  ],
  ['--source where the file has keys', OWN_KEYS, ['--source', 'x'], /--key idempotencyKey/],
])('refuses %s, of which one would be ignored', async (_, text, args, problem) => {
  const { exitCode, stderr } = await contacts('contacts.csv', text)(...args);
  expect(exitCode).toBe(64);
  expect(stderr).toMatch(problem);
});

test.each([['--delimiter', ';'], ['--raw']])(
  'refuses %s with NDJSON, where it means nothing',
  async (...args) => {
    const { exitCode, stderr } = await contacts('rows.ndjson', '{}\n')(...args);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(`${args[0]} is about CSV`);
  },
);
