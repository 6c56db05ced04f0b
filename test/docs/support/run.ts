import { spawn } from 'node:child_process';

export interface Ran {
  /** Null where it was ended because it had printed what was waited for. */
  readonly exitCode: number | null;
  readonly output: string;
  readonly complaints: string;
}

interface How {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly untilOutput?: (output: string) => boolean;
  readonly withinMs?: number;
}

/** Runs a process in a group of its own, which ends with it. */
export async function run(command: string, args: readonly string[], how: How): Promise<Ran> {
  const child = spawn(command, args, {
    cwd: how.cwd,
    env: how.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  let complaints = '';
  let isSeen = false;
  const end = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    if (how.untilOutput?.(output) !== true) return;
    isSeen = true;
    end();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject).once('exit', resolve);
  const timer = setTimeout(() => {
    complaints += `\nnot ended within ${how.withinMs ?? 30_000} ms`;
    end();
  }, how.withinMs ?? 30_000);
  try {
    const exitCode = await promise;
    return { exitCode: isSeen ? null : (exitCode ?? 137), output, complaints };
  } finally {
    clearTimeout(timer);
  }
}
