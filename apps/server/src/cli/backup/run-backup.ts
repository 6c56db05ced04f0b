import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { backupSqliteFile } from '@messaging-system/adapters-sqlite';
import { ExitCode } from '../../life-cycle/exit-code.ts';
import { CommandError, messageOf } from '../command-error.ts';
import { readConfig } from '../connection/connect.ts';
import type { Output } from '../output/output.ts';

/** Copies the SQLite file of the configuration. Resolves with the exit code. @throws CommandError */
export async function runBackup(file: string, output: Output): Promise<number> {
  const { mongo, sqlite } = readConfig().config;
  if (mongo.uri !== undefined) {
    throw new CommandError(ExitCode.CONFIG, 'not_sqlite', 'the messages are in MongoDB: use mongodump.');
  }
  if (!existsSync(sqlite.path)) {
    throw new CommandError(
      ExitCode.NO_INPUT,
      'no_file',
      `there is no SQLite file ${sqlite.path}: set SQLITE_PATH, or stand in the folder of the server.`,
    );
  }
  try {
    await backupSqliteFile(sqlite.path, file);
  } catch (error) {
    throw new CommandError(ExitCode.NO_OUTPUT, 'no_backup', messageOf(error), { cause: error });
  }
  const { size: bytes } = await stat(file);
  if (output.isJson) output.json({ file, bytes });
  else output.line(`${sqlite.path} is backed up in ${file} (${bytes.toLocaleString('en')} bytes).`);
  return ExitCode.OK;
}
