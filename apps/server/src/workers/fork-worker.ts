import { type ChildProcess, fork } from 'node:child_process';

// Beside this file in the sources; beside the bundle that this file is in, once it is built.
const IS_SOURCE = import.meta.url.endsWith('.ts');
const MAIN = new URL(IS_SOURCE ? 'worker-main.ts' : 'worker-main.js', import.meta.url);

/** A process that waits to be told what to open. It has the standard output of this one for its log. */
export function forkWorker(): ChildProcess {
  return fork(MAIN, [], { execArgv: workerArgv(process.execArgv) });
}

/** What Node itself was told goes for the workers too, but for a debugger's port, which only one process can have. */
export function workerArgv(own: readonly string[]): string[] {
  const kept = own.filter((argument) => !argument.startsWith('--inspect'));
  const condition = '--conditions=@messaging-system/source';
  return IS_SOURCE && !kept.includes(condition) ? [...kept, condition] : kept;
}
