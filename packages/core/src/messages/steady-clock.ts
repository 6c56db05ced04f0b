import type { Clock } from '../ports/clock.ts';

// A machine that boots with a wrong clock is put right by the first answers of a time server. Clients of such servers ask at least every 34
// minutes: that is the longest poll interval of systemd-timesyncd (`PollIntervalMaxSec`), and those of chrony and ntpd are shorter.
const PROOF_MS = 3_600_000;
// A clock that is being slewed, and a look that comes late, differ by less.
const TOLERANCE_MS = 60_000;

/**
 * Whether this machine's clock can be trusted with what cannot be undone: it has run for an hour, measured by a time that nobody can set, and
 * nobody has set it. Each look that finds it set begins the hour anew. Without `Clock.elapsed` it proves nothing, ever.
 */
export class SteadyClock {
  readonly #clock: Clock;
  #steadySince: number;
  #seen: { readonly now: number; readonly elapsed: number };

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#seen = this.#look();
    this.#steadySince = this.#seen.elapsed;
  }

  /** How much longer it has to run steadily; 0 when it is proven. */
  provenInMs(): number {
    if (this.#clock.elapsed === undefined) return PROOF_MS;
    const seen = this.#look();
    const setByMs = seen.now - this.#seen.now - (seen.elapsed - this.#seen.elapsed);
    this.#seen = seen;
    if (Math.abs(setByMs) > TOLERANCE_MS) this.#steadySince = seen.elapsed;
    return Math.max(0, Math.ceil(this.#steadySince + PROOF_MS - seen.elapsed));
  }

  #look(): { readonly now: number; readonly elapsed: number } {
    return { now: this.#clock.now(), elapsed: this.#clock.elapsed?.() ?? 0 };
  }
}
