import type { Command } from 'commander';
import type { ConnectionOptions } from '../connection/connect.ts';
import type { MessagingApi } from '../connection/messaging-api.ts';
import type { Host } from '../host.ts';
import type { Output } from '../output/output.ts';

export interface CommonOptions extends ConnectionOptions {
  readonly json?: boolean;
}

/** What a command works with. */
export interface Work {
  readonly output: Output;
  readonly host: Host;
  /** What ends with the command. */
  readonly lifetimes: AsyncDisposableStack;
  /** The API that the options name. `mayCreate`: a SQLite file that is not there is made. @throws CommandError */
  connect(how?: { readonly mayCreate: boolean }): Promise<MessagingApi>;
}

/** Runs what a command does, says what went wrong, and keeps the exit code that it resolves with. */
export type Runner = (options: CommonOptions, work: (given: Work) => Promise<number>) => Promise<void>;

/** Adds what every command takes that reads or changes messages. */
export function withConnection(command: Command): Command {
  return withServer(command).option(
    '--direct',
    'use the store that the configuration names, without a server',
  );
}

/** The same for a command that only a running server can answer. */
export function withServer(command: Command): Command {
  return command
    .option('--url <url>', 'the server to speak to; by default the one that the configuration describes')
    .option(
      '--api-key <key>',
      'its API key; by default the first of SERVER_API_KEY, which no process list shows',
    )
    .option('--json', 'print JSON, errors too');
}

/** The end of a help text. */
export function examples(...lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  $ messaging-system ${line}`)].join('\n');
}
