import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface AppProcess {
  readonly url: string;
  /** Sends the signal, SIGTERM unless given. */
  terminate(signal?: 'SIGTERM' | 'SIGINT'): void;
  /** How it ended: `[code, signal]`, and what it wrote to its error output. */
  readonly ended: Promise<{ readonly exit: readonly unknown[]; readonly complaints: string }>;
}

/** Starts a file of this folder as a process and waits until it says where it listens. */
export async function startApp(main: string, environment: Record<string, string>): Promise<AppProcess> {
  const child = spawn(
    process.execPath,
    ['--conditions=@messaging-system/source', join(import.meta.dirname, '../..', main)],
    {
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        PORT: '0',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const ended = once(child, 'close').then((exit) => ({ exit, complaints }));
  const line = await Promise.race([
    once(child.stdout.setEncoding('utf8'), 'data').then(([text]) => String(text)),
    ended.then(() => complaints),
  ]);
  const port = /^listening .*port: (\d+)/s.exec(line)?.[1];
  if (port === undefined) throw new Error(`it listens nowhere: ${line}`);
  const terminate: AppProcess['terminate'] = (signal = 'SIGTERM') => void child.kill(signal);
  return { url: `http://127.0.0.1:${port}`, terminate, ended };
}
