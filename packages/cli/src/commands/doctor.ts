import type { Command } from 'commander';
import { defineCommand, type Runner } from '../runner.ts';

export function doctorCommand(run: Runner): Command {
  return defineCommand(
    run,
    'doctor',
    {
      summary: 'check everything that delivery needs, and say what to do',
      description:
        'Checks the configuration, the store and its indexes, the sent cache, whether the webhook can be reached (no message is sent), the clocks and the server. Opens the store as serve does, which makes indexes that are missing. Ends with 1 if something has to be put right; warnings alone do not.',
      asks: 'nothing',
      examples: [
        'doctor',
        'APP_ENV=prod messaging-system doctor',
        'doctor --url https://messages.example.com --json',
      ],
    },
    (command) =>
      command
        .option('--url <url>', 'check only the server there')
        .option('--api-key <key>', 'its API key; by default the first of SERVER_API_KEY'),
    async (work, options) => (await import('../doctor/run-doctor.ts')).runDoctor(options, work),
  );
}
