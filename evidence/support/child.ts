import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A process that this one has started. */
export class Child {
  protected readonly process: ChildProcess;

  constructor(process: ChildProcess) {
    this.process = process;
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error('the process was not started');
    return this.process.pid;
  }

  get hasExited(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  get exitCode(): number | null {
    return this.process.exitCode;
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** SIGKILL, and waits until the process is gone. */
  async kill9(): Promise<void> {
    await this.stop('SIGKILL');
  }

  /** Waits until it has ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.hasExited) return;
    const exited = once(this.process, 'exit');
    this.process.kill(signal);
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill9();
  }
}
