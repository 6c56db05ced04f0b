const NEWLINE = 0x0a;

// Dropping them one by one would move the others each time.
const MOST_PASSED = 1_000;

/** Where lines end in bytes that go through: the parser counts CRLF differently within cells. Remembers only what was not asked for yet. */
export class LineEnds {
  #ends: number[] = [];
  /** How many of `#ends` were passed. */
  #at = 0;
  #dropped = 0;
  #bytes = 0;

  /** The same chunks. */
  async *watch(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) {
        this.#ends.push(this.#bytes + at);
      }
      this.#bytes += chunk.length;
      yield chunk;
    }
  }

  /** How many bytes went through. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many lines end before this offset; offsets must not fall. */
  before(offset: number): number {
    while ((this.#ends[this.#at] ?? Number.POSITIVE_INFINITY) < offset) this.#at += 1;
    if (this.#at >= MOST_PASSED) {
      this.#ends = this.#ends.slice(this.#at);
      this.#dropped += this.#at;
      this.#at = 0;
    }
    return this.#dropped + this.#at;
  }
}
