import type { Clock } from '@messaging-system/core';
import { jsonOrText } from './json-or-text.ts';

/** A delivery that the sandbox accepted. */
export interface SandboxDelivery {
  readonly messageId: string;
  /** Epoch ms. */
  readonly receivedAt: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON value, or the text where it is none. */
  readonly body: unknown;
}

export interface SandboxReceiverOptions {
  readonly clock: Clock;
  /** The header whose value is kept as `***`. */
  readonly apiKeyHeader?: string;
  /** How many deliveries are kept. */
  readonly maxDeliveries?: number;
  /** How much text they may have together, in UTF-16 units. */
  readonly maxTextLength?: number;
}

interface Kept {
  readonly delivery: SandboxDelivery;
  readonly textLength: number;
}

const MASK = '***';

/** A webhook receiver to try things out with: accepts everything and remembers the latest of it, in bounded memory. */
export class SandboxReceiver {
  readonly #clock: Clock;
  readonly #apiKeyHeader: string;
  readonly #maxDeliveries: number;
  readonly #maxTextLength: number;
  #kept: Kept[] = [];
  #textLength = 0;
  #received = 0;

  constructor(options: SandboxReceiverOptions) {
    this.#clock = options.clock;
    this.#apiKeyHeader = (options.apiKeyHeader ?? 'x-ins-auth-key').toLowerCase();
    this.#maxDeliveries = options.maxDeliveries ?? 1000;
    this.#maxTextLength = options.maxTextLength ?? 16_777_216;
  }

  /** How many deliveries arrived in all. */
  get received(): number {
    return this.#received;
  }

  /** Takes a delivery; answers the id that a receiver would give the message. */
  accept(headers: Headers, text: string): string {
    const delivery: SandboxDelivery = {
      messageId: crypto.randomUUID(),
      receivedAt: this.#clock.now(),
      headers: Object.fromEntries(
        [...headers].map(([name, value]) => [name, name === this.#apiKeyHeader ? MASK : value]),
      ),
      body: jsonOrText(text),
    };
    this.#received += 1;
    this.#keep({ delivery, textLength: text.length + JSON.stringify(delivery.headers).length });
    return delivery.messageId;
  }

  /** The latest deliveries, newest first. */
  latest(limit: number): readonly SandboxDelivery[] {
    return this.#kept
      .slice(-limit)
      .reverse()
      .map(({ delivery }) => delivery);
  }

  #keep(kept: Kept): void {
    this.#kept.push(kept);
    this.#textLength += kept.textLength;
    while (this.#kept.length > this.#maxDeliveries || this.#textLength > this.#maxTextLength) {
      this.#textLength -= this.#kept.shift()?.textLength ?? 0;
    }
  }
}
