import type { Clock } from '@messaging-system/core';
import type { RefusedKey } from '@messaging-system/http-hono';
import type { Logger } from 'pino';

const QUIET_MS = 10_000;

/** Warns of refused API keys, with at most one line in ten seconds. */
export class RefusedKeyLog {
  readonly #log: Logger;
  readonly #clock: Clock;
  #toldAt = Number.NEGATIVE_INFINITY;
  #notShown = 0;

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  tell({ via, address, requestId }: RefusedKey): void {
    const now = this.#clock.now();
    // A clock that was set back must not silence it for long.
    if (Math.abs(now - this.#toldAt) < QUIET_MS) {
      this.#notShown += 1;
      return;
    }
    const notShown = this.#notShown === 0 ? {} : { notShown: this.#notShown };
    this.#toldAt = now;
    this.#notShown = 0;
    const where = via === 'api' ? 'the API' : 'the login of the dashboard';
    this.#log.warn({ via, address, requestId, ...notShown }, `${where} refused an API key`);
  }
}
