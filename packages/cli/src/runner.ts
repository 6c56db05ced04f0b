import { Command } from 'commander';
import type { ConnectionOptions } from './connection/connect.ts';
import type { MessagingApi } from './connection/messaging-api.ts';
import type { Host } from './host.ts';
import type { Output } from './output/output.ts';

export interface CommonOptions extends ConnectionOptions {
  readonly json?: boolean;
}

/** The tools of a command. */
export interface Work {
  readonly output: Output;
  readonly host: Host;
  /** Resources that end with the command. */
  readonly lifetimes: AsyncDisposableStack;
  /** The API that the options name. `mayCreate`: a SQLite file that is not there is made. @throws CommandError */
  connect(how?: { readonly mayCreate: boolean }): Promise<MessagingApi>;
}

/** Runs what a command does, says what went wrong, and keeps the exit code that it resolves with. */
export type Runner = (options: CommonOptions, work: (given: Work) => Promise<number>) => Promise<void>;

interface About {
  readonly summary: string;
  readonly description: string;
  /** The other end: a running server, with --direct the store as well, or nothing. */
  readonly asks: 'server' | 'store' | 'nothing';
  /** More help, after the options. */
  readonly more?: string;
  readonly examples: readonly string[];
}

/** A command with the options and the help that all of them have. `shape` adds its own arguments and options. */
export function defineCommand<Options extends CommonOptions, Args extends readonly unknown[] = []>(
  run: Runner,
  name: string,
  { summary, description, asks, more = '', examples }: About,
  shape: (command: Command) => Command,
  work: (given: Work, options: Options, ...args: Args) => Promise<number>,
): Command {
  const command = shape(new Command(name).summary(summary).description(description));
  if (asks !== 'nothing') {
    command
      .option('--url <url>', 'the server to speak to; by default the one that the configuration describes')
      .option(
        '--api-key <key>',
        'its API key; by default the first one in SERVER_API_KEY. Other users can see an option in the process list, and a variable not',
      );
  }
  command.option('--json', 'print JSON, errors too');
  if (asks === 'store') {
    command.option('--direct', 'use the store that the configuration names, without a server');
  }
  return command
    .addHelpText('before', shownExamples(examples))
    .addHelpText('after', more)
    .action((...received: [...Args, Options, Command]) => {
      // Commander gives the arguments, then the options, then the command itself.
      const args = received.slice(0, -2) as unknown as Args;
      const options = received.at(-2) as Options;
      return run(options, (given) => work(given, options, ...args));
    });
}

/** The beginning of a help text. A line that begins with a variable or another program has the command further on. */
export function shownExamples(lines: readonly string[]): string {
  const shown = lines.map((line) => (/^(?:[A-Z_]+=|gunzip )/.test(line) ? line : `messaging-system ${line}`));
  return ['Examples:', ...shown.map((line) => `  $ ${line}`), ''].join('\n');
}
