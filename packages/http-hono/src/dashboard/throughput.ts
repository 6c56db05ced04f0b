import type { MessagingEvent } from '@messaging-system/core';

/** The events of one stretch of time. */
export interface Stretch {
  readonly sent: number;
  readonly retried: number;
  readonly failed: number;
  readonly unknown: number;
  /** Durations of the webhook calls that ended in it; null when none did. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

interface Bucket {
  /** Its place in time: epoch time in stretches. */
  readonly at: number;
  sent: number;
  retried: number;
  failed: number;
  unknown: number;
  attempts: number;
  readonly durations: number[];
}

const STRETCHES = 120;
// Enough for a plot; a stretch with more of them is represented by its latest ones.
const SAMPLED_DURATIONS = 500;

/** Counts over the last 120 stretches of time, in bounded memory. */
export class Throughput {
  readonly stretchMs: number;
  #buckets: Bucket[] = [];

  constructor(stretchMs: number) {
    this.stretchMs = stretchMs;
  }

  observe(event: MessagingEvent): void {
    if (event.type === 'attempt.finished') {
      const bucket = this.#at(event.at);
      bucket.durations[bucket.attempts % SAMPLED_DURATIONS] = event.durationMs;
      bucket.attempts += 1;
    } else if (event.type === 'message.settled') {
      this.#at(event.at)[COUNTED_AS[event.settlement.kind]] += 1;
    }
  }

  /** The stretches that are over, oldest first. */
  until(now: number): readonly Stretch[] {
    const last = Math.floor(now / this.stretchMs) - 1;
    const byPlace = new Map(this.#buckets.map((bucket) => [bucket.at, bucket]));
    return Array.from({ length: STRETCHES }, (_, index) => shown(byPlace.get(last - STRETCHES + 1 + index)));
  }

  #at(instant: number): Bucket {
    const at = Math.floor(instant / this.stretchMs);
    const known = this.#buckets.findLast((bucket) => bucket.at === at);
    if (known !== undefined) return known;
    const bucket: Bucket = { at, sent: 0, retried: 0, failed: 0, unknown: 0, attempts: 0, durations: [] };
    this.#buckets.push(bucket);
    this.#buckets = this.#buckets.slice(-STRETCHES - 1);
    return bucket;
  }
}

const COUNTED_AS = { ack: 'sent', nack: 'retried', deadLetter: 'failed', hold: 'unknown' } as const;

function shown(bucket: Bucket | undefined): Stretch {
  if (bucket === undefined) return { sent: 0, retried: 0, failed: 0, unknown: 0, p50Ms: null, p95Ms: null };
  const sorted = bucket.durations.toSorted((one, other) => one - other);
  const at = (share: number): number | null => sorted[Math.ceil(sorted.length * share) - 1] ?? null;
  const { sent, retried, failed, unknown } = bucket;
  return { sent, retried, failed, unknown, p50Ms: at(0.5), p95Ms: at(0.95) };
}
