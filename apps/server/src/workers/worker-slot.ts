import type { ChildProcess } from 'node:child_process';
import {
  type Clock,
  type DispatcherObserver,
  type DispatcherStatus,
  InvalidOptionsError,
} from '@messaging-system/core';
import type { Logger } from 'pino';
import { StartError } from '../life-cycle/start-error.ts';
import { Seldom } from '../log/seldom.ts';
import type { Report, WorkerSetup } from './protocol.ts';
import { fromWireEvent } from './wire.ts';
import { type WorkerEnd, WorkerProcess } from './worker-process.ts';

export interface SlotOptions {
  readonly fork: () => ChildProcess;
  /** As it is at the moment: asked before each start. */
  readonly setup: () => WorkerSetup;
  /** Called with the events of the worker with this process id. */
  readonly observerFor: (pid: number) => DispatcherObserver;
  readonly log: Logger;
  readonly clock: Clock;
  /** A worker that says nothing for so many looks in a row hangs. */
  readonly silentLooks: number;
}

interface SlotEnd extends WorkerEnd {
  readonly pid: number | undefined;
}

/** A worker that lived so long did not die of its start. */
const LONG_LIFE_MS = 60_000;

/** One of the places for a worker: starts it, and another when it has ended. */
export class WorkerSlot {
  readonly #options: SlotOptions;
  readonly #closing = new AbortController();
  #present: WorkerProcess | null = null;
  #lived: Promise<void> = Promise.resolve();
  #restarts = 0;
  #eventsDropped = 0;
  readonly #droppedTold = new Seldom();

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  get present(): WorkerProcess | null {
    return this.#present;
  }

  /** Null while no worker can deliver here. */
  get status(): DispatcherStatus | null {
    return this.#present?.status ?? null;
  }

  get restarts(): number {
    return this.#restarts;
  }

  get eventsDropped(): number {
    return this.#eventsDropped;
  }

  /** Resolves when the first worker can deliver. @throws StartError, InvalidOptionsError and whatever else keeps it from that */
  open(): Promise<void> {
    const opened = Promise.withResolvers<void>();
    this.#lived = this.#live(opened);
    return opened.promise;
  }

  /** A worker that hangs is killed: by then others have what it had leased, or soon will. */
  look(): void {
    const worker = this.#present;
    if (worker === null || worker.looked() < this.#options.silentLooks) return;
    this.#options.log.error({ worker: worker.pid }, 'a worker says nothing any more and is killed');
    worker.kill();
  }

  /** Lets the worker drain and end, kills it when it takes longer than `deadlineMs`, and starts no other. */
  async close(deadlineMs: number): Promise<void> {
    this.#closing.abort();
    const worker = this.#present;
    if (worker !== null) {
      worker.end();
      const ended = new AbortController();
      void this.#options.clock.sleep(deadlineMs, ended.signal).then(() => {
        if (ended.signal.aborted) return;
        this.#options.log.error({ worker: worker.pid }, 'a worker does not end in time and is killed');
        worker.kill();
      });
      await worker.ended;
      ended.abort();
    }
    await this.#lived;
  }

  async #live(opened: PromiseWithResolvers<void>): Promise<void> {
    const { clock } = this.#options;
    let hasOpened = false;
    let shortLives = 0;
    while (!this.#closing.signal.aborted) {
      const bornAt = performance.now();
      const end = await this.#liveOnce(() => {
        hasOpened = true;
        opened.resolve();
      });
      if (!hasOpened) {
        opened.reject(startFault(end));
        return;
      }
      if (this.#closing.signal.aborted) return;
      if (performance.now() - bornAt >= LONG_LIFE_MS) shortLives = 0;
      const delayMs = restartDelayMs(shortLives);
      shortLives += 1;
      this.#tellOfEnd(end, delayMs);
      await clock.sleep(delayMs, this.#closing.signal);
      if (!this.#closing.signal.aborted) this.#restarts += 1;
    }
  }

  /** One worker from its start to its end. Never rejects. */
  async #liveOnce(onReady: () => void): Promise<SlotEnd> {
    let child: ChildProcess;
    try {
      child = this.#options.fork();
    } catch (error) {
      // Some of what the system refuses is thrown at once, such as ENOMEM; the rest comes as an event.
      const fault = new StartError('start a process', error);
      return { pid: undefined, exitCode: null, signal: null, fault };
    }
    const worker = this.#begin(child);
    void worker.ready.then(() => {
      this.#options.log.info({ worker: worker.pid }, 'a worker is ready');
      onReady();
    });
    const end = await worker.ended;
    this.#present = null;
    return { pid: worker.pid, ...end };
  }

  #begin(child: ChildProcess): WorkerProcess {
    const { setup, observerFor } = this.#options;
    const observer = observerFor(child.pid ?? 0);
    const worker = new WorkerProcess(child, setup(), (report) => this.#reported(report, observer));
    this.#present = worker;
    return worker;
  }

  #reported({ events, dropped }: Report, observer: DispatcherObserver): void {
    for (const event of events) {
      try {
        observer.observe(fromWireEvent(event));
      } catch (err) {
        // Watching must not end what is watched.
        this.#options.log.error({ err }, `unexpected error of what observes the event ${event.type}`);
      }
    }
    if (dropped === 0) return;
    this.#eventsDropped += dropped;
    if (this.#droppedTold.notShownBefore(performance.now()) === null) return;
    this.#options.log.warn(
      { dropped: this.#eventsDropped },
      'workers have more events than can be taken: log lines, metrics and /events lack some',
    );
  }

  #tellOfEnd({ pid, exitCode, signal, fault }: SlotEnd, delayMs: number): void {
    const fields = { worker: pid, exitCode, signal, ...(fault === null ? {} : { err: fault }) };
    this.#options.log.error(fields, `a worker ended; another is started in ${delayMs} ms`);
  }
}

/** The exit code that a server without workers would have ended with. */
function startFault({ fault, exitCode, signal }: WorkerEnd): Error {
  if (fault === null) {
    const how = signal === null ? `exit code ${exitCode}` : signal;
    return new StartError('start a worker', new Error(`it ended with ${how} before it could deliver`));
  }
  if (fault instanceof InvalidOptionsError || fault.name !== 'StartError') return fault;
  return new StartError('start a worker', new Error(fault.message));
}

const FIRST_MS = 100;
const LONGEST_MS = 10_000;

/** How long to wait before a worker is started again, after so many that did not live long, this one not counted. */
export function restartDelayMs(shortLives: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** shortLives);
}
