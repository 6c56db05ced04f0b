import type { Clock, Messages } from '@messaging-system/core';
import type { Logger } from 'pino';

export interface RetentionSettings {
  readonly keepMs: number;
  readonly intervalMs: number;
}

/**
 * Removes settled messages that are old enough, as soon as the clock is known to be right, and then again and again. A fault is logged; the next
 * time comes anyway.
 */
export class RetentionJob implements AsyncDisposable {
  readonly #messages: Pick<Messages, 'prune'>;
  readonly #settings: RetentionSettings;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  constructor(messages: Pick<Messages, 'prune'>, settings: RetentionSettings, clock: Clock, log: Logger) {
    this.#messages = messages;
    this.#settings = settings;
    this.#clock = clock;
    this.#log = log;
  }

  start(): void {
    this.#ended = this.#run();
  }

  /** Waits for a removal that is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#clock.sleep(await this.#removeOld(), this.#stop.signal);
    }
  }

  /** @returns after how many ms it is to be done again */
  async #removeOld(): Promise<number> {
    const { keepMs, intervalMs } = this.#settings;
    try {
      const result = await this.#messages.prune(keepMs);
      if (result.kind === 'pruned') return intervalMs;
      const minutes = Math.ceil(result.provenInMs / 60_000);
      this.#log.info(
        `old messages are removed when this machine's clock has run steadily for an hour, in ${minutes} min at the earliest`,
      );
      return result.provenInMs;
    } catch (err) {
      this.#log.warn({ err }, 'old messages could not be removed; retrying');
      return intervalMs;
    }
  }
}
