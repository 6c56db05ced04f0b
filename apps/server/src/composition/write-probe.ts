/**
 * Tries a write at most once in five seconds, for however many ask: whoever reaches `/readyz` needs no key for it. Who asks while a try is under
 * way, or just after, shares its outcome.
 */
export class WriteProbe {
  static readonly #KEPT_MS = 5_000;
  readonly #tryWrite: () => Promise<void>;
  #outcome: Promise<void> | null = null;
  #endedAt: number | null = null;

  constructor(tryWrite: () => Promise<void>) {
    this.#tryWrite = tryWrite;
  }

  /** @throws what the last try threw */
  check(): Promise<void> {
    const isOver = this.#endedAt !== null && performance.now() - this.#endedAt >= WriteProbe.#KEPT_MS;
    if (this.#outcome === null || isOver) {
      this.#endedAt = null;
      this.#outcome = this.#try();
    }
    return this.#outcome;
  }

  async #try(): Promise<void> {
    try {
      await this.#tryWrite();
    } finally {
      this.#endedAt = performance.now();
    }
  }
}
