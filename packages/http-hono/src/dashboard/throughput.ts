import type { MessagingEvent } from '@messaging-system/core';

/** The events of one second. */
export interface Second {
  readonly sent: number;
  readonly failed: number;
  readonly retried: number;
  /** Durations of the webhook calls that ended in it; null when none did. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

interface Bucket {
  readonly second: number;
  sent: number;
  failed: number;
  retried: number;
  readonly durations: number[];
}

// Enough for a plot; a second with more of them is represented by its first ones.
const SAMPLED_DURATIONS = 500;

/** Counts per second over the last while, in bounded memory. */
export class Throughput {
  readonly #seconds: number;
  #buckets: Bucket[] = [];

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  observe(event: MessagingEvent): void {
    if (event.type === 'attempt.finished') {
      const bucket = this.#at(event.at);
      if (bucket.durations.length < SAMPLED_DURATIONS) bucket.durations.push(event.durationMs);
    } else if (event.type === 'message.settled') {
      const bucket = this.#at(event.at);
      if (event.settlement.kind === 'ack') bucket.sent += 1;
      else if (event.settlement.kind === 'nack') bucket.retried += 1;
      else bucket.failed += 1;
    }
  }

  /** One for each of the last seconds that are over, oldest first. */
  until(now: number): readonly Second[] {
    const last = Math.floor(now / 1000) - 1;
    const bySecond = new Map(this.#buckets.map((bucket) => [bucket.second, bucket]));
    return Array.from({ length: this.#seconds }, (_, index) =>
      shown(bySecond.get(last - this.#seconds + 1 + index)),
    );
  }

  #at(instant: number): Bucket {
    const second = Math.floor(instant / 1000);
    const known = this.#buckets.findLast((bucket) => bucket.second === second);
    if (known !== undefined) return known;
    const bucket: Bucket = { second, sent: 0, failed: 0, retried: 0, durations: [] };
    this.#buckets.push(bucket);
    this.#buckets = this.#buckets.slice(-this.#seconds - 1);
    return bucket;
  }
}

function shown(bucket: Bucket | undefined): Second {
  if (bucket === undefined) return { sent: 0, failed: 0, retried: 0, p50Ms: null, p95Ms: null };
  const sorted = bucket.durations.toSorted((one, other) => one - other);
  const at = (share: number): number | null => sorted[Math.ceil(sorted.length * share) - 1] ?? null;
  const { sent, failed, retried } = bucket;
  return { sent, failed, retried, p50Ms: at(0.5), p95Ms: at(0.95) };
}
