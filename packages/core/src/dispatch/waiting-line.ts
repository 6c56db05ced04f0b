import type { InFlightMessage } from './lease-batch.ts';

/** How many served places may lie in front of the line before they are cleared away. */
const MOST_SERVED = 1024;

/** First come, first served. A message that is closed while it waits is passed over when its turn comes. */
export class WaitingLine {
  #entries: InFlightMessage[] = [];
  #served = 0;

  /** With those that were closed and not passed over yet. */
  get length(): number {
    return this.#entries.length - this.#served;
  }

  push(entry: InFlightMessage): void {
    this.#entries.push(entry);
  }

  /** The next, which stays in the line. */
  first(): InFlightMessage | undefined {
    while (this.#entries[this.#served]?.phase === 'closed') this.#served += 1;
    if (this.#served > MOST_SERVED || this.#served === this.#entries.length) this.#clearServed();
    return this.#entries[this.#served];
  }

  /** The next, which leaves the line. */
  shift(): InFlightMessage | undefined {
    const first = this.first();
    if (first !== undefined) this.#served += 1;
    return first;
  }

  /** All of them leave. */
  takeAll(): readonly InFlightMessage[] {
    const open = this.#entries.slice(this.#served).filter((entry) => entry.phase !== 'closed');
    this.#served = this.#entries.length;
    this.#clearServed();
    return open;
  }

  #clearServed(): void {
    this.#entries = this.#entries.slice(this.#served);
    this.#served = 0;
  }
}
