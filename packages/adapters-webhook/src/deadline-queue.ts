import { afterReading } from './after-reading.ts';

/**
 * One timer for any number of waits of the same length: they end in the order in which they began. Accurate to a
 * millisecond or two. A response that has arrived when the time is up is read first, and ends its wait in time.
 * The timer does not keep the process alive: what is waited for (a socket, a look-up) does.
 */
export class DeadlineQueue<Item> {
  readonly #ms: number;
  readonly #onDue: (item: Item) => void;
  readonly #dueAt = new Map<Item, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(ms: number, onDue: (item: Item) => void) {
    this.#ms = ms;
    this.#onDue = onDue;
  }

  add(item: Item): void {
    this.#dueAt.set(item, performance.now() + this.#ms);
    if (this.#timer === null) this.#arm(this.#ms);
  }

  delete(item: Item): void {
    this.#dueAt.delete(item);
  }

  /** The rest of its time, in ms; 0 for a wait that is not in the queue. */
  left(item: Item): number {
    const dueAt = this.#dueAt.get(item);
    return dueAt === undefined ? 0 : Math.max(dueAt - performance.now(), 0);
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(this.#run, Math.ceil(ms));
    this.#timer.unref();
  }

  readonly #run = (): void => {
    this.#timer = null;
    const now = performance.now();
    const due: Item[] = [];
    for (const [item, dueAt] of this.#dueAt) {
      if (dueAt > now) {
        this.#arm(dueAt - now);
        break;
      }
      due.push(item);
    }
    if (due.length > 0) afterReading(() => this.#end(due));
  };

  #end(due: readonly Item[]): void {
    for (const item of due) {
      if (this.#dueAt.delete(item)) this.#onDue(item);
    }
  }
}
