import { execFile } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../../tooling/free-port.ts';

const run = promisify(execFile);

export interface PostgresServer {
  readonly url: string;
  readonly version: string;
  stop(): Promise<void>;
}

/** A PostgreSQL server of the benchmark's own, with its defaults: each commit is forced to the disk. @throws when this machine has none */
export async function startPostgres(): Promise<PostgresServer> {
  const [binaries] = globSync('/usr/lib/postgresql/*/bin').sort().reverse();
  if (binaries === undefined) throw new Error('PostgreSQL is not installed (apt-get install postgresql)');
  const directory = mkdtempSync(join(tmpdir(), 'bench-postgres-'));
  const data = join(directory, 'data');
  const asUser = await unprivileged(directory);
  const port = await freePort();
  await asUser(join(binaries, 'initdb'), ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8']);
  const options = `-p ${port} -h 127.0.0.1 -k ${directory} -c max_connections=200`;
  const control = join(binaries, 'pg_ctl');
  await asUser(control, ['-D', data, '-o', options, '-l', join(directory, 'log'), '-w', 'start']);
  const { stdout } = await run(join(binaries, 'postgres'), ['--version']);
  return {
    url: `postgres://bench@127.0.0.1:${port}/postgres`,
    version: `PostgreSQL ${/\d\S*/.exec(stdout)?.[0] ?? 'of an unknown version'}`,
    stop: async () => {
      await asUser(control, ['-D', data, '-m', 'immediate', '-w', 'stop']);
      rmSync(directory, { recursive: true });
    },
  };
}

type RunProgram = (program: string, args: readonly string[]) => Promise<unknown>;

/** The server refuses to be run by root: then by the user that its package made. */
async function unprivileged(directory: string): Promise<RunProgram> {
  if (process.getuid?.() !== 0) return (program, args) => run(program, [...args]);
  const { stdout } = await run('id', ['-u', 'postgres']);
  chownSync(directory, Number(stdout), -1);
  return (program, args) => run('runuser', ['-u', 'postgres', '--', program, ...args], { cwd: directory });
}
