import { expect } from 'vitest';

export interface ReadEvent {
  readonly id: string | undefined;
  readonly type: string | undefined;
  readonly data: unknown;
}

/** Reads a stream of server-sent events, one at a time. */
export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';

  constructor(response: Response) {
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    if (response.body === null) throw new Error('the answer has no body');
    this.#reader = response.body.getReader();
  }

  /** The next block as it is written; null at the end. */
  async block(): Promise<string | null> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end >= 0) {
        const block = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        return block;
      }
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  /** The next event; null at the end. */
  async next(): Promise<ReadEvent | null> {
    for (;;) {
      const block = await this.block();
      if (block === null) return null;
      const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const data = field('data');
      if (data !== undefined) return { id: field('id'), type: field('event'), data: JSON.parse(data) };
    }
  }

  leave(): Promise<void> {
    return this.#reader.cancel();
  }
}
