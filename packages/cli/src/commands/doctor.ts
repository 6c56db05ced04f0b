import { Command } from 'commander';
import { type CommonOptions, examples, type Runner } from './runner.ts';

export function doctorCommand(run: Runner): Command {
  return new Command('doctor')
    .summary('check everything that delivery needs, and say what to do')
    .description(
      'Checks the configuration, the store and its indexes, the sent cache, whether the webhook can be reached (no message is sent), the clocks and the server. Opens the store as serve does, which makes indexes that are missing. Ends with 1 if something has to be put right; warnings alone do not.',
    )
    .option('--url <url>', 'check only the server there')
    .option('--api-key <key>', 'its API key; by default the first of SERVER_API_KEY')
    .option('--json', 'print JSON, errors too')
    .addHelpText(
      'after',
      examples('doctor', 'APP_ENV=prod doctor', 'doctor --url https://messages.example.com --json').replace(
        '$ messaging-system APP_ENV=prod',
        '$ APP_ENV=prod messaging-system',
      ),
    )
    .action((options: CommonOptions) =>
      run(options, async (work) => {
        const { runDoctor } = await import('../doctor/run-doctor.ts');
        return runDoctor(options, work);
      }),
    );
}
