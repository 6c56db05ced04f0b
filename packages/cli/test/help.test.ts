import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { program } from '../src/program.ts';
import { NO_HOST } from './no-host.ts';

const root = program(
  async () => {},
  () => {},
  NO_HOST,
);

function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return help;
}

test.each([root, ...root.commands].map((command) => [command.name(), command] as const))(
  'the help of %s begins with an example',
  (_, command) => {
    const help = helpOf(command);
    expect(help).toMatch(/^Examples:\n {2}\$ .*messaging-system/);
  },
);

async function refused(args: readonly string[]): Promise<string> {
  let text = '';
  const command = program(
    async () => {},
    () => {},
    NO_HOST,
  );
  for (const one of [command, ...command.commands])
    one.configureOutput({ writeErr: (part) => (text += part) });
  await expect(command.parseAsync(args, { from: 'user' })).rejects.toThrow();
  return text;
}

test.each(['list', 'send', 'serve', 'import'])(
  'after an unknown option of %s its own help is named',
  async (name) => {
    expect(await refused([name, '--nonsense'])).toContain(`(Run messaging-system ${name} --help for`);
  },
);

test.each([
  ['--port', '3301', 'SERVER_PORT=3301 messaging-system serve'],
  ['--host', '0.0.0.0', 'SERVER_HOST=0.0.0.0 messaging-system serve'],
])('serve %s names the variable that sets it', async (option, value, text) => {
  expect(await refused(['serve', option, value])).toContain(text);
});

test('the help of import lists every field, also that of metadata', () => {
  const importHelp = helpOf(root.commands.find((command) => command.name() === 'import') ?? root);
  expect(importHelp.match(/metadata\.NAME/g)).toHaveLength(2);
});
