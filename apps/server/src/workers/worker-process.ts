import { type ChildProcess, fork } from 'node:child_process';
import type { DispatcherStatus, DispatchOnceResult } from '@messaging-system/core';
import type { DispatcherState } from '@messaging-system/core/adapter';
import { StartError } from '../life-cycle/start-error.ts';
import {
  type FromWorker,
  parseFromWorker,
  type Report,
  type ToWorker,
  type WorkerSetup,
} from './protocol.ts';
import { fromWireFault } from './wire.ts';

/** How a process ended. */
export interface WorkerEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be opened, where it said so. */
  readonly fault: Error | null;
}

type Dispatching = PromiseWithResolvers<DispatchOnceResult>;

/** A worker as the main process sees it, from its start to its end. */
export class WorkerProcess {
  /** Resolves when it can deliver; never, if it ends before. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended and all that it said has been heard. */
  readonly ended: Promise<WorkerEnd>;
  readonly #child: ChildProcess;
  readonly #onReport: (report: Report) => void;
  readonly #ready = Promise.withResolvers<void>();
  readonly #dispatching = new Map<number, Dispatching>();
  #status: DispatcherStatus | null = null;
  /** The last command, and the state that it leads to; it holds until a report knows of the command. */
  #command: number;
  #assumed: DispatcherState | null = null;
  #fault: Error | null = null;
  #dispatches = 0;
  #isWaking = false;
  #silentFor = 0;
  #hasEnded = false;

  constructor(child: ChildProcess, setup: WorkerSetup, onReport: (report: Report) => void) {
    this.#child = child;
    this.#onReport = onReport;
    this.#command = setup.command;
    this.ready = this.#ready.promise;
    child.on('message', (given) => this.#told(parseFromWorker(given)));
    this.ended = this.#untilEnded();
    this.#send({ kind: 'open', setup });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Null until it can deliver. */
  get status(): DispatcherStatus | null {
    if (this.#status === null || this.#assumed === null) return this.#status;
    return { ...this.#status, state: this.#assumed };
  }

  obey(kind: 'start' | 'stop', command: number): void {
    const state = this.status?.state;
    if (kind === 'start' && state === 'stopped') this.#assumed = 'running';
    if (kind === 'stop' && state === 'running') this.#assumed = 'draining';
    this.#command = command;
    this.#send({ kind, command });
  }

  /** One at a time: a worker that does not listen must not be a reason to remember more and more. */
  wake(): void {
    if (this.#isWaking) return;
    this.#isWaking = true;
    this.#send({ kind: 'wake' }, () => {
      this.#isWaking = false;
    });
  }

  /** An ended one stays busy. @throws as the worker's store does, and when the worker ends before it has answered */
  dispatchOnce(): Promise<DispatchOnceResult> {
    if (this.#hasEnded) return Promise.resolve({ kind: 'busy' });
    const id = this.#dispatches;
    this.#dispatches += 1;
    const dispatching = Promise.withResolvers<DispatchOnceResult>();
    this.#dispatching.set(id, dispatching);
    this.#send({ kind: 'dispatch', id });
    return dispatching.promise;
  }

  /** Counts a look at it. @returns at how many in a row it had said nothing */
  looked(): number {
    this.#silentFor += 1;
    return this.#silentFor - 1;
  }

  end(): void {
    this.#send({ kind: 'end' });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #untilEnded(): Promise<WorkerEnd> {
    const end = await new Promise<WorkerEnd>((resolve) => {
      // Not `exit`: what it said last may still be on its way then.
      this.#child.on('close', (exitCode, signal) => resolve({ exitCode, signal, fault: this.#fault }));
      this.#child.on('error', (error) => {
        if (this.#child.pid !== undefined) return;
        resolve({ exitCode: null, signal: null, fault: new StartError('start a process', error) });
      });
    });
    this.#status = null;
    this.#hasEnded = true;
    for (const { reject } of this.#dispatching.values()) {
      reject(new Error('the worker ended before it had answered; what became of the batch is not known'));
    }
    this.#dispatching.clear();
    return end;
  }

  #told(message: FromWorker | null): void {
    if (message === null) return;
    this.#silentFor = 0;
    switch (message.kind) {
      case 'failed':
        this.#fault = fromWireFault(message.fault);
        break;
      case 'report':
        this.#status = message.status;
        if (message.command >= this.#command) this.#assumed = null;
        if (message.status !== null) this.#ready.resolve();
        this.#onReport(message);
        break;
      case 'dispatched':
        this.#dispatched(message);
        break;
    }
  }

  #dispatched({ id, answer }: Extract<FromWorker, { readonly kind: 'dispatched' }>): void {
    const dispatching = this.#dispatching.get(id);
    this.#dispatching.delete(id);
    if (answer.kind === 'result') dispatching?.resolve(answer.result);
    else dispatching?.reject(fromWireFault(answer.fault));
  }

  #send(message: ToWorker, sent: () => void = () => {}): void {
    // A failed send is not reported: the worker's end is.
    if (this.#child.connected) this.#child.send(message, sent);
    else sent();
  }
}

// Above this folder in the sources; next to the bundle that this file is in, once it is built.
const IS_SOURCE = import.meta.url.endsWith('.ts');
const MAIN = new URL(IS_SOURCE ? '../worker-main.ts' : 'worker-main.js', import.meta.url);

/** A process that waits for the list of what to open. It has the standard output of this one for its log. */
export function forkWorker(): ChildProcess {
  return fork(MAIN, [], { execArgv: workerArgv(process.execArgv) });
}

/** Workers get Node's own options too, except for a debugger's port, which only one process can have. */
export function workerArgv(own: readonly string[]): string[] {
  const kept = own.filter((argument) => !argument.startsWith('--inspect'));
  const condition = '--conditions=@messaging-system/source';
  return IS_SOURCE && !kept.includes(condition) ? [...kept, condition] : kept;
}
