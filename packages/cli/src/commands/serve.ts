import { Command, Option } from 'commander';
import { ExitCode } from '../exit-code.ts';
import type { ConfigWarning, Host } from '../host.ts';
import { shownExamples } from '../runner.ts';
import { formatProblems, formatWarning } from '../text.ts';

interface ServeOptions {
  readonly checkConfig?: boolean;
  readonly settings?: boolean;
  readonly endWithParent?: boolean;
  readonly port?: string;
  readonly host?: string;
}

const EXAMPLES = [
  'serve',
  'CLIENT_URL=https://example.com/hook messaging-system serve',
  'serve --check-config',
];

const CONFIGURATION = `
The configuration is read from .config/<APP_ENV>.yaml and from the environment, which wins: the variable of
processor.batchSize is PROCESSOR_BATCH_SIZE. Without APP_ENV nothing is needed: messages are kept in
./data/messages.db, and a sandbox inside the server receives them.

SERVER_WORKERS=4 delivers from four processes, which are supervised and end together with the server.`;

export function serveCommand(end: (exitCode: number) => void, host: Host): Command {
  return (
    new Command('serve')
      .summary('run the server (also without any command)')
      .description('Runs the server until SIGTERM or SIGINT, which drains it; a second one ends it at once.')
      .option('--check-config', 'check the configuration, print each value with its source, and exit')
      .option('--settings', 'print every setting with its default as a Markdown table')
      .option('--end-with-parent', 'end also when the process that started this one is gone, for npm start')
      // Many servers have these, so people try them.
      .addOption(new Option('--port <port>').hideHelp())
      .addOption(new Option('--host <host>').hideHelp())
      .addHelpText('before', shownExamples(EXAMPLES))
      .addHelpText('after', CONFIGURATION)
      .action(async (options: ServeOptions, command: Command) => {
        refuseSettings(options, command);
        end(await runServe(options, host));
      })
  );
}

function refuseSettings(options: ServeOptions, command: Command): void {
  for (const name of ['port', 'host'] as const) {
    const value = options[name];
    if (value === undefined) continue;
    command.error(
      `error: serve has no option --${name}, because it is a setting: SERVER_${name.toUpperCase()}=${value} messaging-system serve`,
    );
  }
}

async function runServe(
  { checkConfig, settings, endWithParent = false }: ServeOptions,
  host: Host,
): Promise<number> {
  if (settings === true) return print(host.settingsTable());
  const read = host.configuration();
  const problems = read.kind === 'invalid' ? read.problems : await read.unusableOptions();
  if (read.kind === 'invalid' || problems.length > 0) {
    warn(read.warnings);
    console.error(formatProblems(problems));
    return ExitCode.CONFIG;
  }
  if (checkConfig !== true) return read.serve(endWithParent);
  warn(read.warnings);
  return print(`The configuration is right.\n\n${read.effectiveSettings()}`);
}

function warn(warnings: readonly ConfigWarning[]): void {
  for (const warning of warnings) console.error(`warning: ${formatWarning(warning)}`);
}

function print(text: string): number {
  console.log(text.trimEnd());
  return ExitCode.OK;
}
