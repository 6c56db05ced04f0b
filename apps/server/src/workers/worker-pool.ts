import type { ChildProcess } from 'node:child_process';
import type { Clock, DispatcherObserver, DispatchOnceResult } from '@messaging-system/core';
import type { ProcessorStatus } from '@messaging-system/http-hono';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { WebhookTarget } from '../config/webhook-target.ts';
import { combinedStatus, type Processor, sum } from './processor.ts';
import { toWorkerConfig } from './wire.ts';
import type { WorkerProcess } from './worker-process.ts';
import { forkWorker } from './worker-process.ts';
import { WorkerSlot } from './worker-slot.ts';

export interface WorkerPoolOptions {
  readonly config: Config;
  readonly target: WebhookTarget;
  readonly log: Logger;
  readonly clock: Clock;
  /** Called with the events of the worker with this process id. */
  readonly observerFor: (pid: number) => DispatcherObserver;
  readonly fork?: () => ChildProcess;
}

const LOOK_EVERY_MS = 1_000;
const LEAST_SILENT_LOOKS = 30;
const MOST_SILENT_LOOKS = 300;

/** Extra time of a drain beyond its deadline, to store the sends that were cut off and to close the store. */
const AFTER_DRAIN_MS = 5_000;

/** Many messages in a moment are one reason to look. */
const WAKE_EVERY_MS = 10;

/**
 * The dispatchers of a server in processes of their own, as if they were one. The last request is kept here, so that a worker that is started again
 * does the same as the others. No worker is left when this process ends: by `close`, by its exit, and by themselves should it be killed.
 */
export class WorkerPool implements Processor {
  readonly #options: WorkerPoolOptions;
  readonly #slots: readonly WorkerSlot[];
  readonly #closing = new AbortController();
  #wanted: 'running' | 'stopped' = 'stopped';
  #command = 0;
  #wakeTimer: NodeJS.Timeout | null = null;
  #wakesAgain = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    const { config, target, log, clock, observerFor, fork = forkWorker } = options;
    const workerConfig = toWorkerConfig(config);
    this.#slots = Array.from(
      { length: config.server.workers },
      () =>
        new WorkerSlot({
          fork,
          setup: () => ({
            config: workerConfig,
            target,
            starts: this.#wanted === 'running',
            command: this.#command,
          }),
          observerFor,
          log,
          clock,
          silentLooks: silentLooks(config.processor.lease),
        }),
    );
  }

  /** Resolves when all workers can deliver. Call `close` at the end, also when this rejects. @throws as a server that delivers itself would at its start */
  async open(): Promise<void> {
    process.on('exit', this.#killAll);
    void this.#look();
    await Promise.all(this.#slots.map((slot) => slot.open()));
  }

  start(): void {
    if (this.#closing.signal.aborted) return;
    this.#wanted = 'running';
    this.#tell('start');
  }

  stop(): void {
    this.#wanted = 'stopped';
    this.#tell('stop');
  }

  wake(): void {
    if (this.#wakeTimer !== null) {
      this.#wakesAgain = true;
      return;
    }
    for (const worker of this.#present()) worker.wake();
    this.#wakeTimer = setTimeout(() => {
      this.#wakeTimer = null;
      if (!this.#wakesAgain) return;
      this.#wakesAgain = false;
      this.wake();
    }, WAKE_EVERY_MS);
  }

  status(): ProcessorStatus {
    const alive = this.#slots.flatMap(({ status }) => status ?? []);
    return {
      ...combinedStatus(alive, this.#wanted),
      workers: {
        wanted: this.#slots.length,
        alive: alive.length,
        restarts: sum(this.#slots.map(({ restarts }) => restarts)),
        eventsDropped: sum(this.#slots.map(({ eventsDropped }) => eventsDropped)),
      },
    };
  }

  /** One batch on one worker: the one that has least to do and may. @throws as the store does */
  async dispatchOnce(): Promise<DispatchOnceResult> {
    let refused: DispatchOnceResult = { kind: 'busy' };
    const ready = this.#present().filter(({ status }) => status !== null);
    for (const worker of ready.sort((one, other) => leasedBy(one) - leasedBy(other))) {
      const result = await worker.dispatchOnce();
      if (result.kind === 'dispatched') return result;
      if (result.kind === 'paused') refused = result;
    }
    return refused;
  }

  /** Lets all workers drain at the same time and end; kills those that take longer than they may. */
  async close(): Promise<void> {
    this.stop();
    this.#closing.abort();
    const deadlineMs = this.#options.config.processor.drainDeadline + AFTER_DRAIN_MS;
    await Promise.all(this.#slots.map((slot) => slot.close(deadlineMs)));
    process.off('exit', this.#killAll);
  }

  #tell(kind: 'start' | 'stop'): void {
    this.#command += 1;
    for (const worker of this.#present()) worker.obey(kind, this.#command);
  }

  #present(): WorkerProcess[] {
    return this.#slots.flatMap(({ present }) => present ?? []);
  }

  /** Counts looks, not time: were this process frozen as well, its first look would find all silent for long. */
  async #look(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#options.clock.sleep(LOOK_EVERY_MS, signal);
      for (const slot of this.#slots) slot.look();
    }
  }

  readonly #killAll = (): void => {
    for (const worker of this.#present()) worker.kill();
  };
}

/** As long as a lease, within reason: by then others have taken over. */
function silentLooks(leaseMs: number): number {
  return Math.min(MOST_SILENT_LOOKS, Math.max(LEAST_SILENT_LOOKS, Math.ceil(leaseMs / LOOK_EVERY_MS)));
}

function leasedBy({ status }: WorkerProcess): number {
  return status?.leased ?? 0;
}
