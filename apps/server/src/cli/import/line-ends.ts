const NEWLINE = 0x0a;
const RETURN = 0x0d;

// Dropping them one by one would move the others each time.
const MOST_PASSED = 1_000;

/**
 * Where lines end in bytes that go through, with LF, CRLF or a CR alone: the parser counts them differently within cells. Remembers only
 * what was not asked for yet.
 */
export class LineEnds {
  #ends: number[] = [];
  /** How many of `#ends` were passed. */
  #at = 0;
  #dropped = 0;
  #bytes = 0;

  /** The same chunks. */
  async *watch(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let afterReturn = false;
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at];
        // One that LF follows is no end by itself.
        if (afterReturn && byte !== NEWLINE) this.#ends.push(this.#bytes + at - 1);
        if (byte === NEWLINE) this.#ends.push(this.#bytes + at);
        afterReturn = byte === RETURN;
      }
      this.#bytes += chunk.length;
      yield chunk;
    }
    if (afterReturn) this.#ends.push(this.#bytes - 1);
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
