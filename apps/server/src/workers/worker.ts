import { ExitCode } from '@messaging-system/cli/exit-code';
import type { Clock, DispatcherObserver } from '@messaging-system/core';
import { SystemClock } from '@messaging-system/core/system-clock';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { WebhookTarget } from '../config/webhook-target.ts';
import { configuredLogger } from '../log/create-logger.ts';
import { EventRelay } from './event-relay.ts';
import type { Processor } from './processor.ts';
import {
  type DispatchAnswer,
  type FromWorker,
  parseToWorker,
  type ToWorker,
  type WorkerSetup,
} from './protocol.ts';
import { fromWireConfig, toWireFault, type WireEvent } from './wire.ts';

/** The part of `process` that a worker speaks to its main process with. */
export type IpcProcess = Pick<NodeJS.Process, 'on' | 'send' | 'connected'>;

export interface MainListener {
  told(message: ToWorker): void;
  /** The main process is gone. */
  gone(): void;
}

/** A worker's end of the channel to the main process. */
export class MainChannel {
  readonly #process: IpcProcess;

  constructor(own: IpcProcess) {
    this.#process = own;
  }

  /** Anything outside the protocol is ignored: only the main process can send, and it speaks nothing else. */
  listen(listener: MainListener): void {
    this.#process.on('message', (given) => {
      const message = parseToWorker(given);
      if (message !== null) listener.told(message);
    });
    this.#process.on('disconnect', () => listener.gone());
    // It may have gone while this process was being started.
    if (!this.#process.connected) listener.gone();
  }

  /** Resolves when it has left this process, or can't any more. */
  send(message: FromWorker): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#process.connected) resolve();
      else this.#process.send?.(message, undefined, undefined, () => resolve());
    });
  }
}

/** Twice a second: whoever is silent for long hangs. */
const REPORT_EVERY_MS = 500;

/** Closing, after the drain; longer than the main process waits for it. */
const CLOSING_MS = 10_000;

export interface WorkerParts {
  readonly config: Config;
  readonly target: WebhookTarget;
  readonly log: Logger;
  readonly clock: Clock;
  readonly observer: DispatcherObserver;
}

/** The parts of a worker. */
export interface OpenWorker extends AsyncDisposable {
  readonly processor: Processor;
  /** Drains, and closes everything in reverse order of opening. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** @throws StartError, InvalidOptionsError */
type Open = (parts: WorkerParts) => Promise<OpenWorker>;

/** A worker is all that this process is. Resolves with the exit code. */
export async function runWorker(open: Open): Promise<number> {
  if (process.send === undefined) {
    console.error('This is a part of the server, which starts it by itself where server.workers says so.');
    return ExitCode.USAGE;
  }
  const worker = new Worker(new MainChannel(process), new SystemClock(), open);
  // A terminal sends its Ctrl-C to every process of the group: each drains by itself, and the main process waits for all.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const) process.on(signal, () => worker.end());
  // Whether these end the server is for the main process to say, which then ends its workers.
  for (const signal of ['SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => {});
  process.on('uncaughtException', (error) => worker.failed(error));
  return worker.run();
}

/** One dispatcher in a process of its own. Does what the main process says, and drains and ends when that is gone. */
class Worker {
  readonly #channel: MainChannel;
  readonly #clock: Clock;
  readonly #opener: Open;
  readonly #relay: EventRelay;
  readonly #end = Promise.withResolvers<number>();
  #log: Logger | null = null;
  #open: OpenWorker | null = null;
  #drainDeadlineMs = 0;
  /** The last request, which may come before there is a dispatcher. */
  #starts = false;
  #command = 0;
  #isEnding = false;
  #isOver = false;

  constructor(channel: MainChannel, clock: Clock, opener: Open) {
    this.#opener = opener;
    this.#channel = channel;
    this.#clock = clock;
    this.#relay = new EventRelay(({ events, dropped }) => this.#report(events, dropped));
  }

  /** Resolves with the exit code. */
  async run(): Promise<number> {
    this.#channel.listen({ told: (message) => this.#told(message), gone: () => this.#gone() });
    try {
      return await this.#end.promise;
    } finally {
      this.#isOver = true;
    }
  }

  /** Drains, closes everything and ends; what is asked for again changes nothing. Only the main process can make it shorter, and kill. */
  end(exitCode: number = ExitCode.OK): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    void this.#close(exitCode);
  }

  /** An error that nobody caught. */
  failed(err: unknown): void {
    this.#log?.fatal({ err }, 'an error that nobody caught');
    this.end(ExitCode.SOFTWARE);
  }

  #told(message: ToWorker): void {
    switch (message.kind) {
      case 'open':
        void this.#opened(message.setup);
        break;
      case 'start':
      case 'stop':
        this.#obey(message.kind === 'start', message.command);
        break;
      case 'wake':
        this.#open?.processor.wake();
        break;
      case 'dispatch':
        void this.#dispatch(message.id);
        break;
      case 'end':
        this.end();
        break;
    }
  }

  async #opened({ config: wire, target, starts, command }: WorkerSetup): Promise<void> {
    if (this.#log !== null) return;
    this.#starts = starts;
    this.#command = command;
    const config = fromWireConfig(wire);
    const log = configuredLogger(config).child({ worker: process.pid });
    this.#log = log;
    this.#drainDeadlineMs = config.processor.drainDeadline;
    void this.#reportAgainAndAgain();
    try {
      this.#open = await this.#opener({ config, target, log, clock: this.#clock, observer: this.#relay });
    } catch (error) {
      await this.#channel.send({ kind: 'failed', fault: toWireFault(error) });
      this.#end.resolve(ExitCode.UNAVAILABLE);
      return;
    }
    if (this.#starts && !this.#isEnding) this.#open.processor.start();
    await this.#report([], 0);
  }

  #obey(starts: boolean, command: number): void {
    this.#starts = starts;
    this.#command = command;
    if (this.#isEnding) return;
    if (starts) this.#open?.processor.start();
    else this.#open?.processor.stop();
    void this.#report([], 0);
  }

  async #dispatch(id: number): Promise<void> {
    await this.#channel.send({ kind: 'dispatched', id, answer: await this.#dispatched() });
  }

  async #dispatched(): Promise<DispatchAnswer> {
    if (this.#open === null || this.#isEnding) return { kind: 'result', result: { kind: 'busy' } };
    try {
      const result = await this.#open.processor.dispatchOnce();
      // The main process receives the worker's events before the answer.
      await this.#relay.flush();
      return { kind: 'result', result };
    } catch (error) {
      return { kind: 'fault', fault: toWireFault(error) };
    }
  }

  /** Says so no more: whoever reads the log may be gone as well. */
  #gone(): void {
    if (this.#log !== null) this.#log.level = 'silent';
    this.end();
  }

  async #reportAgainAndAgain(): Promise<void> {
    // Also while it drains: it may take its time.
    while (!this.#isOver) {
      await this.#report([], 0);
      await this.#clock.sleep(REPORT_EVERY_MS);
    }
  }

  #report(events: readonly WireEvent[], dropped: number): Promise<void> {
    const status = this.#open?.processor.status() ?? null;
    return this.#channel.send({ kind: 'report', status, command: this.#command, events, dropped });
  }

  async #close(exitCode: number): Promise<void> {
    // Nothing is under way before there is a dispatcher.
    if (this.#open === null) return this.#end.resolve(exitCode);
    void this.#clock.sleep(this.#drainDeadlineMs + CLOSING_MS).then(() => {
      this.#log?.fatal('closing takes too long; ending without it');
      this.#end.resolve(ExitCode.SOFTWARE);
    });
    try {
      await this.#open[Symbol.asyncDispose]();
      await this.#relay.flush();
      this.#end.resolve(exitCode);
    } catch (err) {
      this.#log?.error({ err }, 'not everything could be closed');
      this.#end.resolve(ExitCode.SOFTWARE);
    }
  }
}
