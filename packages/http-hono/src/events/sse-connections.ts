import type { Clock } from '@messaging-system/core';

interface SseOptions {
  readonly clock: Clock;
  /** How many may be open at the same time; one more is refused. */
  readonly maxConnections: number;
  /** How often every open connection is sent something. */
  readonly heartbeatMs: number;
}

// The most that waits for a reader that does not read; beyond it the connection is ended, and the reader may come again.
const MAX_WAITING_CHUNKS = 1_000;

/** Open streams of server-sent events (WHATWG HTML, section 9.2), bounded in number and in what waits for each. */
export class SseConnections {
  readonly #options: SseOptions;
  readonly #open = new Map<ReadableStreamDefaultController<Uint8Array>, () => void>();
  readonly #closed = new AbortController();
  readonly #beat: () => Promise<string>;
  readonly #encoder = new TextEncoder();
  #beating: AbortController | null = null;

  /** `beat` makes what is sent at each heartbeat. */
  constructor(options: SseOptions, beat: () => Promise<string>) {
    this.#options = options;
    this.#beat = beat;
  }

  get count(): number {
    return this.#open.size;
  }

  /** A response that stays open and begins with these texts; null when there are enough, or after `close`. `onEnd` hears when it is over. */
  accept(
    first: readonly string[],
    signal: AbortSignal,
    onEnd: () => void = () => undefined,
  ): Response | null {
    if (this.#closed.signal.aborted || this.#open.size >= this.#options.maxConnections) return null;
    let own: ReadableStreamDefaultController<Uint8Array> | undefined;
    const leave = (): void => {
      if (own !== undefined) this.#drop(own);
    };
    const stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          own = controller;
          this.#open.set(controller, onEnd);
          for (const text of first) controller.enqueue(this.#encoder.encode(text));
        },
        cancel: leave,
      },
      { highWaterMark: MAX_WAITING_CHUNKS },
    );
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    this.#keepBeating();
    return new Response(stream, {
      headers: {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store, no-transform',
        // nginx would hold events back.
        'x-accel-buffering': 'no',
      },
    });
  }

  send(text: string): void {
    if (this.#open.size === 0) return;
    const bytes = this.#encoder.encode(text);
    for (const controller of [...this.#open.keys()]) {
      if ((controller.desiredSize ?? 0) <= 0) this.#drop(controller);
      else controller.enqueue(bytes);
    }
  }

  /** Ends every connection and refuses new ones. */
  close(): void {
    this.#closed.abort();
    for (const controller of [...this.#open.keys()]) this.#drop(controller);
  }

  #drop(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const onEnd = this.#open.get(controller);
    if (onEnd === undefined) return;
    this.#open.delete(controller);
    onEnd();
    try {
      controller.close();
    } catch {
      // Its reader had gone already.
    }
    if (this.#open.size === 0) this.#beating?.abort();
  }

  #keepBeating(): void {
    if (this.#beating !== null || this.#open.size === 0) return;
    const over = new AbortController();
    this.#beating = over;
    void this.#loop(over.signal).finally(() => {
      this.#beating = null;
      // Somebody may have come while the last beat ended.
      this.#keepBeating();
    });
  }

  async #loop(over: AbortSignal): Promise<void> {
    const { clock, heartbeatMs } = this.#options;
    for (;;) {
      await clock.sleep(heartbeatMs, over);
      if (over.aborted) return;
      try {
        this.send(await this.#beat());
      } catch {
        // A reader must not mistake a server without figures for one that is gone.
        this.send(': nothing to tell\n\n');
      }
    }
  }
}

/** One event, as it is written on the stream. */
export function sseEvent(event: {
  readonly type: string;
  readonly data: string;
  readonly id?: string;
}): string {
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  return `${id}event: ${event.type}\ndata: ${event.data}\n\n`;
}
