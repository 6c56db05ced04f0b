import type { MessagingEvent } from '../events/messaging-event.ts';
import { isInstant } from '../ports/adapter-answers.ts';
import type { Clock } from '../ports/clock.ts';
import type { StoreTimes } from '../ports/store-times.ts';
import type { StoreGuard } from './store-guard.ts';

/**
 * The time by which messages are due, and leases are taken and judged: this process's own, or the store's where it is known and ours
 * is off by more than a tenth of the lease. Measured at the first use and twice a lease, so that most calls cost no question to the store.
 */
export class StoreTime {
  readonly #clock: Clock;
  readonly #repository: Pick<StoreTimes, 'storeNow'>;
  readonly #guard: Pick<StoreGuard, 'call'>;
  readonly #leaseMs: number;
  readonly #tell: (event: MessagingEvent) => void;
  #offsetMs = 0;
  #measuredAt: number | null = null;

  constructor(
    clock: Clock,
    repository: Pick<StoreTimes, 'storeNow'>,
    guard: Pick<StoreGuard, 'call'>,
    leaseMs: number,
    tell: (event: MessagingEvent) => void,
  ) {
    this.#clock = clock;
    this.#repository = repository;
    this.#guard = guard;
    this.#leaseMs = leaseMs;
    this.#tell = tell;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  now(): number {
    return this.#clock.now() + this.#offsetMs;
  }

  /** Measures again when the last measurement is half a lease old, or the clock was set back. @throws as the store does */
  async refresh(): Promise<void> {
    if (!this.isStale) return;
    const before = this.#clock.now();
    const storeNow = await this.#guard.call(
      'storeNow',
      async () => this.#repository.storeNow?.() ?? before,
      isInstant,
    );
    const after = this.#clock.now();
    this.#measuredAt = after;
    const uncertaintyMs = Math.abs(after - before) / 2;
    const measuredMs = Math.round(storeNow - (before + after) / 2);
    // A measurement that took long says less than what was known before, unless it shows that that is wrong.
    const isPrecise = uncertaintyMs <= this.#toleranceMs;
    if (isPrecise || Math.abs(measuredMs - this.#offsetMs) > uncertaintyMs + this.#toleranceMs) {
      this.#apply(measuredMs);
    }
  }

  get #toleranceMs(): number {
    return this.#leaseMs / 10;
  }

  /** Whether the store can tell its time and has to be asked. */
  get isStale(): boolean {
    if (this.#repository.storeNow === undefined) return false;
    if (this.#measuredAt === null) return true;
    const age = this.#clock.now() - this.#measuredAt;
    return age < 0 || age >= this.#leaseMs / 2;
  }

  #apply(measuredMs: number): void {
    const offsetMs = Math.abs(measuredMs) > this.#toleranceMs ? measuredMs : 0;
    const changed = Math.abs(offsetMs - this.#offsetMs) > this.#toleranceMs;
    this.#offsetMs = offsetMs;
    if (changed) this.#tell({ type: 'clock.skewed', at: this.now(), offsetMs });
  }
}
