import { Command } from 'commander';
import { examples, type Runner } from './runner.ts';

const RESTORE = `
To restore: stop every process that uses the SQLite file, remove the file and what stands beside it
(messages.db-wal, messages.db-shm), copy the backup to its place, and start again. What was delivered
after the backup is not known to be, and is sent again; receivers drop it by its webhook-id.`;

export function backupCommand(run: Runner): Command {
  return new Command('backup')
    .summary('copy the SQLite file, also while the server runs')
    .description(
      "Copies the SQLite file that the configuration names, by SQLite's own backup: everything that was stored before, in one file, read through afterwards. Servers go on meanwhile. A file that is there already is not written over. With MongoDB use mongodump.",
    )
    .argument('<file>', 'where to')
    .option('--json', 'print JSON, errors too')
    .addHelpText('after', RESTORE)
    .addHelpText('after', examples('backup messages-monday.db', 'backup /backups/messages.db --json'))
    .action((file: string, options: { readonly json?: boolean }) =>
      run(options, async (output) => {
        const { runBackup } = await import('../backup/run-backup.ts');
        return runBackup(file, output);
      }),
    );
}
