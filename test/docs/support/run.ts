import { spawn } from 'node:child_process';

export interface Ran {
  /** Null where it was ended because it had printed what was waited for. */
  readonly exitCode: number | null;
  readonly output: string;
  readonly complaints: string;
}

export interface How {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** As soon as this is printed it is ended: at once, or, by SIGTERM, in its own way. */
  readonly untilOutput?: { readonly text: string; readonly signal: 'SIGKILL' | 'SIGTERM' };
  /** For what hangs: a busy machine may be many times slower than a quiet one. */
  readonly withinMs?: number;
  /** Where it leaves a process in the background: called with the process id, which is that of its group too. */
  readonly onStart?: (pid: number) => void;
}

const HANGS_AFTER_MS = 120_000;

/** Runs a process in a group of its own, which ends with it. */
export async function run(command: string, args: readonly string[], how: How): Promise<Ran> {
  const { withinMs = HANGS_AFTER_MS } = how;
  const child = spawn(command, args, {
    cwd: how.cwd,
    env: how.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (child.pid !== undefined) how.onStart?.(child.pid);
  let output = '';
  let complaints = '';
  let isSeen = false;
  const end = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has ended by itself.
    }
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    if (isSeen || how.untilOutput === undefined || !output.includes(how.untilOutput.text)) return;
    isSeen = true;
    end(how.untilOutput.signal);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  // A process that is to go on in the background keeps the output open. Of any other, what it printed may arrive after its exit.
  child.once(how.onStart === undefined ? 'close' : 'exit', resolve);
  const timer = setTimeout(() => {
    complaints += `\nnot ended within ${withinMs} ms`;
    end('SIGKILL');
  }, withinMs);
  try {
    const exitCode = await promise;
    const isCutOff = isSeen && how.untilOutput?.signal === 'SIGKILL';
    return { exitCode: isCutOff ? null : (exitCode ?? 137), output, complaints };
  } finally {
    clearTimeout(timer);
  }
}
