import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { CommandError, messageOf } from '../command-error.ts';
import { readConfiguration } from '../connection/connect.ts';
import { ExitCode } from '../exit-code.ts';
import type { Host, Storage } from '../host.ts';
import type { Output } from '../output/output.ts';
import { type CommonOptions, defineCommand, type Runner } from '../runner.ts';

const RESTORE = `
To restore: stop every process that uses the SQLite file, remove the file and the two next to it
(messages.db-wal, messages.db-shm), copy the backup to its place, and start again. Messages that were
delivered after the backup are sent again; receivers recognize the duplicates by their webhook-id.`;

export function backupCommand(run: Runner): Command {
  return defineCommand<CommonOptions, [file: string]>(
    run,
    'backup',
    {
      summary: 'copy the SQLite file, also while the server runs',
      description:
        "Copies the SQLite file that the configuration names, by SQLite's own backup: everything that was stored before, in one file, read through afterwards. Servers go on meanwhile. A file that is there already is not written over. With MongoDB use mongodump, with PostgreSQL pg_dump.",
      asks: 'nothing',
      more: `${RESTORE}\n`,
      examples: ['backup messages-monday.db', 'backup /backups/messages.db --json'],
    },
    (command) => command.argument('<file>', 'where to'),
    ({ output, host }, _, file) => backUp(file, host, output),
  );
}

const BACKED_UP_BY: Readonly<Record<Exclude<Storage['messages'], 'sqlite'>, string>> = {
  mongodb: 'the messages are in MongoDB: use mongodump.',
  postgresql: 'the messages are in PostgreSQL: use pg_dump.',
};

/** Copies the SQLite file of the configuration. Resolves with the exit code. @throws CommandError */
async function backUp(file: string, host: Host, output: Output): Promise<number> {
  const configuration = readConfiguration(host);
  const { messages, sqlitePath } = configuration.storage;
  if (messages !== 'sqlite') throw new CommandError(ExitCode.CONFIG, 'not_sqlite', BACKED_UP_BY[messages]);
  if (!existsSync(sqlitePath)) {
    throw new CommandError(
      ExitCode.NO_INPUT,
      'no_file',
      `there is no SQLite file ${sqlitePath}: set SQLITE_PATH, or stand in the folder of the server.`,
    );
  }
  try {
    await configuration.backUp(file);
  } catch (error) {
    throw new CommandError(ExitCode.NO_OUTPUT, 'no_backup', messageOf(error), { cause: error });
  }
  const { size: bytes } = await stat(file);
  const text = `${sqlitePath} is backed up in ${file} (${bytes.toLocaleString('en')} bytes).`;
  output.result({ file, bytes }, text);
  return ExitCode.OK;
}
