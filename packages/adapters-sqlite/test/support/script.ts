import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process that runs a script on the sources, and speaks in lines. */
export interface Script {
  readonly child: ChildProcess;
  /** The next line that it prints; fails when it ends without one. */
  line(): Promise<string>;
  tell(line: string): void;
  exited(): Promise<void>;
}

export function runScript(script: URL, argument: unknown): Script {
  const path = fileURLToPath(script);
  const child = spawn(
    process.execPath,
    ['--conditions=@messaging-system/source', path, JSON.stringify(argument)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exit = once(child, 'exit');
  return {
    child,
    async line() {
      const next = await lines.next();
      if (next.done) throw new Error(`${path} ended without another line`);
      return next.value;
    },
    tell: (line) => child.stdin.write(`${line}\n`),
    exited: async () => {
      await exit;
    },
  };
}
