import type { StopSignal } from '@messaging-system/core/adapter';

/** A `StopSignal` that is no `AbortSignal`: all that the port promises to hand in. */
export class HandMadeSignal implements StopSignal {
  aborted = false;
  readonly #listeners = new Set<() => void>();

  get listenerCount(): number {
    return this.#listeners.size;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  abort(): void {
    this.aborted = true;
    for (const listener of [...this.#listeners]) listener();
  }
}
