import { ApiError } from '../errors/api-error.ts';

interface BodyReaderOptions {
  /** The largest body, in bytes. */
  readonly maxBytes: number;
  /** The most that all bodies that are being read may hold together; never less than one body of the largest size. */
  readonly maxTotalBytes: number;
}

// The memory of a piece in addition to its bytes: a body can arrive in pieces of one byte.
const PIECE_BYTES = 128;
const RETRY_AFTER_S = 1;

/** Reads bodies, and limits the memory that all of them together hold while they arrive. */
export class BodyReader {
  readonly #maxBytes: number;
  readonly #maxTotalBytes: number;
  #held = 0;

  constructor({ maxBytes, maxTotalBytes }: BodyReaderOptions) {
    this.#maxBytes = maxBytes;
    this.#maxTotalBytes = Math.max(maxTotalBytes, maxBytes);
  }

  /**
   * The body, counted as it arrives: what a `content-length` claims, or that there is none, makes no difference.
   * @throws ApiError `body_too_large`, `too_many_bodies` when other bodies hold all that may be held, `incomplete_body` when the client went away
   */
  async read(request: Request): Promise<Uint8Array> {
    if (Number(request.headers.get('content-length')) > this.#maxBytes) throw this.#tooLarge();
    const pieces: Uint8Array[] = [];
    let size = 0;
    let held = 0;
    try {
      for await (const piece of readable(request)) {
        size += piece.byteLength;
        if (size > this.#maxBytes) throw this.#tooLarge();
        const cost = piece.byteLength + PIECE_BYTES;
        // A single body always has room.
        if (this.#held > held && this.#held + cost > this.#maxTotalBytes) throw tooMany();
        this.#held += cost;
        held += cost;
        pieces.push(piece);
      }
      return Buffer.concat(pieces, size);
    } finally {
      this.#held -= held;
    }
  }

  #tooLarge(): ApiError {
    return new ApiError('body_too_large', { text: `the body is larger than ${this.#maxBytes} bytes` });
  }
}

async function* readable(request: Request): AsyncGenerator<Uint8Array> {
  const reader = request.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read().catch(incomplete)) ?? { done: true, value: undefined };
    if (done || value === undefined) return;
    yield value;
  }
}

function incomplete(): never {
  throw new ApiError('incomplete_body');
}

function tooMany(): ApiError {
  return new ApiError('too_many_bodies', { headers: { 'retry-after': String(RETRY_AFTER_S) } });
}
