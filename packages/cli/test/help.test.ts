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
