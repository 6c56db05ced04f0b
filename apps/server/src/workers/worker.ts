import type { Clock } from '@messaging-system/core';
import type { Logger } from 'pino';
import { ExitCode } from '../life-cycle/exit-code.ts';
import { configuredLogger } from '../log/configured-logger.ts';
import { EventRelay } from './event-relay.ts';
import type { MainChannel } from './main-channel.ts';
import { type OpenWorker, openWorker } from './open-worker.ts';
import type { DispatchAnswer, ToWorker, WorkerSetup } from './protocol.ts';
import type { WireEvent } from './wire-event.ts';
import { toWireFault } from './wire-fault.ts';
import { fromWireConfig } from './worker-config.ts';

/** Twice a second: whoever is silent for long hangs. */
const REPORT_EVERY_MS = 500;

/** Closing, after the drain; longer than the main process waits for it. */
const CLOSING_MS = 10_000;

/** One dispatcher in a process of its own. Does what the main process says, and drains and ends when that is gone. */
export class Worker {
  readonly #channel: MainChannel;
  readonly #clock: Clock;
  readonly #relay: EventRelay;
  readonly #end = Promise.withResolvers<number>();
  #log: Logger | null = null;
  #open: OpenWorker | null = null;
  #drainDeadlineMs = 0;
  /** What was last asked for, which may be before there is a dispatcher. */
  #starts = false;
  #command = 0;
  #isEnding = false;
  #isOver = false;

  constructor(channel: MainChannel, clock: Clock) {
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
        this.#open?.dispatcher.wake();
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
      this.#open = await openWorker({ config, target, log, clock: this.#clock, observer: this.#relay });
    } catch (error) {
      await this.#channel.send({ kind: 'failed', fault: toWireFault(error) });
      this.#end.resolve(ExitCode.UNAVAILABLE);
      return;
    }
    if (this.#starts && !this.#isEnding) this.#open.dispatcher.start();
    await this.#report([], 0);
  }

  #obey(starts: boolean, command: number): void {
    this.#starts = starts;
    this.#command = command;
    if (this.#isEnding) return;
    if (starts) this.#open?.dispatcher.start();
    else this.#open?.dispatcher.stop();
    void this.#report([], 0);
  }

  async #dispatch(id: number): Promise<void> {
    await this.#channel.send({ kind: 'dispatched', id, answer: await this.#dispatched() });
  }

  async #dispatched(): Promise<DispatchAnswer> {
    if (this.#open === null || this.#isEnding) return { kind: 'result', result: { kind: 'busy' } };
    try {
      const result = await this.#open.dispatcher.dispatchOnce();
      // What it did is known to the main process before the answer is.
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
    const status = this.#open?.dispatcher.status() ?? null;
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
