import type { Clock } from '@messaging-system/core';

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
  /**
   * Only deliveries to `/sandbox/webhook?token=…` with this one are accepted, without an API key. Absent: the route asks
   * for an API key, as every other does.
   */
  readonly token?: string;
  /** How many deliveries are kept. */
  readonly maxDeliveries?: number;
  /** How much text they may have together, in UTF-16 units. */
  readonly maxTextLength?: number;
}

/** With the body as it came: a JSON value takes up to twenty times the memory of its text. */
interface Kept extends Omit<SandboxDelivery, 'body'> {
  readonly text: string;
  readonly textLength: number;
}

const MASK = '***';

/** A webhook receiver to try things out with: accepts everything and remembers the latest of it, in bounded memory. */
export class SandboxReceiver {
  readonly token: string | undefined;
  readonly #clock: Clock;
  readonly #apiKeyHeader: string;
  readonly #maxDeliveries: number;
  readonly #maxTextLength: number;
  #kept: Kept[] = [];
  #textLength = 0;
  #received = 0;

  constructor(options: SandboxReceiverOptions) {
    this.token = options.token;
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
    const messageId = crypto.randomUUID();
    const masked = Object.fromEntries(
      [...headers].map(([name, value]) => [name, name === this.#apiKeyHeader ? MASK : value]),
    );
    this.#received += 1;
    const textLength = text.length + JSON.stringify(masked).length;
    this.#keep({ messageId, receivedAt: this.#clock.now(), headers: masked, text, textLength });
    return messageId;
  }

  /** The latest deliveries, newest first. */
  latest(limit: number): readonly SandboxDelivery[] {
    return this.#kept
      .slice(-limit)
      .reverse()
      .map(({ messageId, receivedAt, headers, text }) => ({
        messageId,
        receivedAt,
        headers,
        body: jsonOrText(text),
      }));
  }

  #keep(kept: Kept): void {
    this.#kept.push(kept);
    this.#textLength += kept.textLength;
    while (this.#kept.length > this.#maxDeliveries || this.#textLength > this.#maxTextLength) {
      this.#textLength -= this.#kept.shift()?.textLength ?? 0;
    }
  }
}

// Far beyond any real delivery, far below what writing it out again takes of the stack.
const MAX_DEPTH = 100;

/** The JSON value, or the text where it is none or nests too deep to be written out again safely. */
function jsonOrText(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isShallow(value) ? value : text;
  } catch {
    return text;
  }
}

function isShallow(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return level.length === 0;
}
