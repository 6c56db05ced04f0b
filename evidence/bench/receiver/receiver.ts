import { AskedChild } from '../processes/asked-child.ts';
import type { ReceiverAnswers, ReceiverCounts } from './receiver-main.ts';

/** The receiver, in a process of its own on loopback. */
export class Receiver {
  readonly url: string;
  readonly #child: AskedChild<ReceiverAnswers>;

  private constructor(child: AskedChild<ReceiverAnswers>, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(): Promise<Receiver> {
    const file = new URL('receiver-main.ts', import.meta.url);
    const child = new AskedChild<ReceiverAnswers>(file, 'the receiver');
    return new Receiver(child, await child.ask('listen'));
  }

  /** Deliveries to this one are timed: their content is `timedContent()`. */
  get timedUrl(): string {
    return new URL('/timed', this.url).href;
  }

  async reset(): Promise<void> {
    await this.#child.ask('reset');
  }

  counts(): Promise<ReceiverCounts> {
    return this.#child.ask('counts');
  }

  /** From `timedContent()` to the arrival, in ms. */
  latencies(): Promise<readonly number[]> {
    return this.#child.ask('latencies');
  }

  stop(): Promise<void> {
    return this.#child.end();
  }
}
