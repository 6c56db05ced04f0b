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

  readonly count = (): void => {
    this.#left -= 1;
    if (this.#left === 0) this.#done?.();
  };
}
