/** In the largest calls that every contender takes. */
export function* chunksOf<Item>(items: readonly Item[], size = 1000): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** Resolves when so many have been counted. */
export class Countdown {
  #left = 0;
  #done: (() => void) | null = null;

  until(count: number): Promise<void> {
    this.#left = count;
    return new Promise((resolve) => {
      this.#done = resolve;
    });
  }

  /** Lets it run until so many have been counted. */
  async during(count: number, start: () => Promise<() => Promise<unknown>>): Promise<void> {
    const done = this.until(count);
    const stop = await start();
    await done;
    await stop();
  }

  readonly count = (): void => this.countMany(1);

  countMany(count: number): void {
    this.#left -= count;
    if (this.#left <= 0) this.#done?.();
  }
}
