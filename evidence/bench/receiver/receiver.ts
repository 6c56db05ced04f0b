import { Child } from '../processes/child.ts';
import type { ReceiverCommand, ReceiverCounts } from './receiver-protocol.ts';

/** The receiver, in a process of its own on loopback. */
export class Receiver {
  readonly url: string;
  readonly #child: Child;

  private constructor(child: Child, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(): Promise<Receiver> {
    const child = new Child(new URL('receiver-main.ts', import.meta.url), 'the receiver');
    return new Receiver(child, await child.ask<string>({ kind: 'listen' } satisfies ReceiverCommand));
  }

  /** Deliveries to this one are timed: their content is `timedContent()`. */
  get timedUrl(): string {
    return new URL('/timed', this.url).href;
  }

  async reset(): Promise<void> {
    await this.#ask<ReceiverCounts>('reset');
  }

  counts(): Promise<ReceiverCounts> {
    return this.#ask<ReceiverCounts>('counts');
  }

  /** From `timedContent()` to the arrival, in ms. */
  latencies(): Promise<readonly number[]> {
    return this.#ask<readonly number[]>('latencies');
  }

  async stop(): Promise<void> {
    await this.#child.end({ kind: 'end' } satisfies ReceiverCommand);
  }

  #ask<Answer>(kind: ReceiverCommand['kind']): Promise<Answer> {
    return this.#child.ask<Answer>({ kind } satisfies ReceiverCommand);
  }
}
