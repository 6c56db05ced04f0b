import { Command } from 'commander';
import {
  type ConfigProblem,
  type ConfigWarning,
  formatProblems,
  formatWarning,
} from '../../config/config-problem.ts';
import { type LoadedConfig, loadConfig } from '../../config/load-config.ts';
import { effectiveSettings, settingsTable } from '../../config/settings-table.ts';
import { ExitCode } from '../../life-cycle/exit-code.ts';
import { examples } from './runner.ts';

interface ServeOptions {
  readonly checkConfig?: boolean;
  readonly settings?: boolean;
  readonly endWithParent?: boolean;
}

const CONFIGURATION = `
The configuration is read from .config/<APP_ENV>.yaml and from the environment, which wins: the variable of
processor.batchSize is PROCESSOR_BATCH_SIZE. Without APP_ENV nothing is needed: messages are kept in
./data/messages.db, and a sandbox inside the server receives them.

SERVER_WORKERS=4 delivers from four processes, which are supervised and end together with the server.`;

export function serveCommand(end: (exitCode: number) => void): Command {
  return new Command('serve')
    .summary('run the server (also without any command)')
    .description('Runs the server until SIGTERM or SIGINT, which drains it; a second one ends it at once.')
    .option('--check-config', 'check the configuration, print what is in force, and end')
    .option('--settings', 'print every setting with its default as a Markdown table')
    .option(
      '--end-with-parent',
      'end also when the process that started this one is gone, as npm start wants it',
    )
    .addHelpText('after', CONFIGURATION)
    .addHelpText('after', examples('serve', 'serve --check-config'))
    .action(async (options: ServeOptions) => end(await runServe(options)));
}

async function runServe({ checkConfig, settings, endWithParent = false }: ServeOptions): Promise<number> {
  if (settings === true) return print(settingsTable());
  const loaded = loadConfig();
  const problems = loaded.kind === 'invalid' ? loaded.problems : await unusable(loaded);
  if (loaded.kind === 'invalid' || problems.length > 0) {
    warn(loaded.warnings);
    console.error(formatProblems(problems));
    return ExitCode.CONFIG;
  }
  if (checkConfig === true) {
    warn(loaded.warnings);
    return print(`The configuration is right.\n\n${effectiveSettings(loaded)}`);
  }
  const { serve } = await import('../serve.ts');
  return serve(loaded, endWithParent);
}

// The drivers take their time to load: whoever is told of a slip need not wait for them.
async function unusable({ config }: LoadedConfig): Promise<readonly ConfigProblem[]> {
  const { unusableOptions } = await import('../../composition/unusable-options.ts');
  return unusableOptions(config);
}

function warn(warnings: readonly ConfigWarning[]): void {
  for (const warning of warnings) console.error(`warning: ${formatWarning(warning)}`);
}

function print(text: string): number {
  console.log(text.trimEnd());
  return ExitCode.OK;
}
