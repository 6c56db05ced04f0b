import type { StopSignal } from '@messaging-system/core/adapter';

export interface Abortable {
  abort(): void;
}

/** Listens once to each signal, however many calls share it: a dispatcher gives the same one to all of its sends. */
export class AbortWatch {
  readonly #watched = new Map<StopSignal, Watched>();

  add(signal: StopSignal, call: Abortable): void {
    const watched = this.#watched.get(signal) ?? this.#watch(signal);
    watched.calls.add(call);
  }

  delete(signal: StopSignal, call: Abortable): void {
    const watched = this.#watched.get(signal);
    if (watched === undefined) return;
    watched.calls.delete(call);
    if (watched.calls.size > 0) return;
    signal.removeEventListener('abort', watched.onAbort);
    this.#watched.delete(signal);
  }

  #watch(signal: StopSignal): Watched {
    const calls = new Set<Abortable>();
    const onAbort = (): void => {
      for (const call of calls) call.abort();
    };
    const watched = { calls, onAbort };
    signal.addEventListener('abort', onAbort);
    this.#watched.set(signal, watched);
    return watched;
  }
}

interface Watched {
  readonly calls: Set<Abortable>;
  readonly onAbort: () => void;
}
