import manifest from '../../package.json' with { type: 'json' };
import { type ConfigProblem, formatProblems } from '../config/config-problem.ts';
import { effectiveSettings } from '../config/effective-settings.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { settingsTable } from '../config/settings-table.ts';
import { ExitCode } from '../life-cycle/exit-code.ts';
import { HELP_TEXT } from './help-text.ts';
import { parseCommand } from './parse-command.ts';

/** Does what the arguments ask for. Resolves with the exit code. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  switch (command.kind) {
    case 'help':
      return print(HELP_TEXT);
    case 'version':
      return print(manifest.version);
    case 'settings':
      return print(settingsTable());
    case 'misused':
      console.error(`${command.problem}\nmessaging-system --help says what there is.`);
      return ExitCode.USAGE;
    case 'check-config':
      return withConfig(async (loaded) =>
        print(`The configuration is right.\n\n${effectiveSettings(loaded)}`),
      );
    case 'serve':
      return withConfig(async (loaded) => {
        const { serve } = await import('./serve.ts');
        return serve(loaded);
      });
  }
}

async function withConfig(run: (loaded: LoadedConfig) => Promise<number>): Promise<number> {
  const loaded = loadConfig();
  if (loaded.kind === 'invalid') return refuse(loaded.problems);
  // The drivers take their time to load: whoever asks for help, or is told of a slip, need not wait for them.
  const { unusableOptions } = await import('../composition/unusable-options.ts');
  const problems = unusableOptions(loaded.config);
  return problems.length > 0 ? refuse(problems) : run(loaded);
}

function refuse(problems: readonly ConfigProblem[]): number {
  console.error(formatProblems(problems));
  return ExitCode.CONFIG;
}

function print(text: string): number {
  console.log(text.trimEnd());
  return ExitCode.OK;
}
