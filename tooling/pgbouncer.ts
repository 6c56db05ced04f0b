import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

// `PGBOUNCER` names one that has to be there: a run that sets it never skips these tests.
const binary: string | undefined =
  process.env.PGBOUNCER ??
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'pgbouncer'))
    .find(existsSync);

export const hasPgBouncer: boolean = binary !== undefined;

/** The title of a suite that starts PgBouncer: a skip is never without its reason. */
export function withPgBouncer(title: string): string {
  return hasPgBouncer
    ? title
    : `${title} [SKIPPED: no pgbouncer, set PGBOUNCER or apt-get install pgbouncer]`;
}

const PATIENCE_MS = 15_000;

/** A PgBouncer in transaction mode, before all databases of a server. */
export interface PgBouncer extends AsyncDisposable {
  /** The URI that leads to the same database through it. */
  through(uri: string): string;
}

export async function startPgBouncer(serverUri: string): Promise<PgBouncer> {
  if (binary === undefined || !existsSync(binary)) throw new Error(`there is no pgbouncer at ${binary}`);
  const server = new URL(serverUri);
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'));
  const port = await freePort();
  const password = server.password === '' ? '' : ` password=${decodeURIComponent(server.password)}`;
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(
    file,
    `[databases]
* = host=${server.hostname} port=${server.port || 5432} user=${decodeURIComponent(server.username)}${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 30
max_client_conn = 500
`,
  );
  // It refuses to run as root, and has read its file when it becomes somebody else.
  const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(binary, [...asNobody, file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const exited = once(child, 'exit');
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true });
  };
  for (const began = performance.now(); !(await answers(port)); await sleep(20)) {
    if (child.exitCode !== null || performance.now() - began > PATIENCE_MS) {
      await end();
      throw new Error(`pgbouncer did not start:\n${output}`);
    }
  }
  return {
    through(uri) {
      const address = new URL(uri);
      [address.hostname, address.port] = ['127.0.0.1', String(port)];
      return address.href;
    },
    [Symbol.asyncDispose]: end,
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
