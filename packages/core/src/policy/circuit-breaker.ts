import type { SendOutcome } from '../message/send-outcome.ts';

export interface BreakerPolicy {
  /** How many failures in a row open it; 0 turns the breaker off (410 still stops). */
  readonly failureThreshold: number;
  /** How long it stays open before a probe. */
  readonly cooldownMs: number;
}

export const DEFAULT_BREAKER_POLICY: BreakerPolicy = { failureThreshold: 10, cooldownMs: 30_000 };

/** The meaning of an answer for the endpoint, not for the message. */
export type EndpointHealth = 'alive' | 'failing' | 'down' | 'gone' | 'neutral';

/** The meaning of an outcome for the receiver as a whole. A busy receiver is not a broken one: it pauses claiming instead. */
export function endpointHealth(outcome: SendOutcome): EndpointHealth {
  switch (outcome.kind) {
    case 'accepted':
      return 'alive';
    case 'retryable':
      return outcome.endpoint ?? (outcome.busy === true ? 'neutral' : 'failing');
    case 'ambiguous':
      return 'failing';
    case 'permanent':
      if (outcome.endpoint === 'gone') return 'gone';
      return outcome.endpoint === 'refusing' ? 'failing' : 'neutral';
  }
}

/** The number of messages that may be claimed at this moment. */
export type ClaimPermission =
  | { readonly kind: 'any' }
  /** One message, to see whether the endpoint is back. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'none'; readonly reason: string; readonly until: number | null };

export type BreakerStatus =
  /** `reason` is that of the last failure; absent without one. */
  | { readonly state: 'closed'; readonly failures: number; readonly reason?: string }
  /** `until` is when a probe may be sent; null: not before an operator starts the dispatcher again. */
  | { readonly state: 'open'; readonly reason: string; readonly until: number | null }
  | { readonly state: 'probing'; readonly reason: string };

export type BreakerChange = 'opened' | 'closed' | 'none';

/**
 * Opens after failures in a row, lets one probe through after the cool-down, closes when it succeeds. 410 Gone opens it until
 * `probeNow` (an operator's start).
 *
 * Modes: closed --failures--> open --cool-down or `probeNow`, next claim--> probing --success--> closed, --failure--> open.
 */
export class CircuitBreaker {
  readonly #policy: BreakerPolicy;
  #status: BreakerStatus = { state: 'closed', failures: 0 };
  #probes = 0;

  constructor(policy: BreakerPolicy = DEFAULT_BREAKER_POLICY) {
    this.#policy = policy;
  }

  get status(): BreakerStatus {
    return this.#status;
  }

  permission(now: number): ClaimPermission {
    if (this.#status.state === 'closed') return { kind: 'any' };
    if (this.#status.state === 'probing') {
      return { kind: 'none', reason: this.#status.reason, until: now + this.#policy.cooldownMs };
    }
    const { reason, until } = this.#status;
    if (until === null) return { kind: 'none', reason, until };
    // A clock that was set back makes it wait at most twice as long.
    const isCooling = now < until && until - now <= this.#policy.cooldownMs * 2;
    return isCooling ? { kind: 'none', reason, until } : { kind: 'probe' };
  }

  /** A probe is under way from here until an answer is recorded or `probeEnded`. @returns which */
  probeStarted(): number {
    if (this.#status.state === 'open') this.#status = { state: 'probing', reason: this.#status.reason };
    this.#probes += 1;
    return this.#probes;
  }

  /** That probe has ended. If it did without an answer (nothing was due, or it was cut off) another may follow at once. */
  probeEnded(probe: number, now: number): void {
    if (this.#status.state === 'probing' && probe === this.#probes) {
      this.#status = { state: 'open', reason: this.#status.reason, until: now };
    }
  }

  record(health: EndpointHealth, reason: string, now: number): BreakerChange {
    if (health === 'gone') return this.#open(reason, null);
    if (this.#status.state === 'open') return 'none';
    const failures =
      this.#status.state === 'closed' ? this.#status.failures + 1 : this.#policy.failureThreshold;
    switch (health) {
      case 'down':
      case 'failing':
        if (
          this.#policy.failureThreshold > 0 &&
          (health === 'down' || failures >= this.#policy.failureThreshold)
        ) {
          return this.#open(reason, now + this.#policy.cooldownMs);
        }
        // The breaker is off, and a 410 had opened it: the endpoint is no longer gone.
        if (this.#status.state === 'probing') return this.#close();
        this.#status = { state: 'closed', failures, reason };
        return 'none';
      case 'alive':
        return this.#close();
      case 'neutral':
        return this.#status.state === 'probing' ? this.#close() : 'none';
    }
  }

  /**
   * An operator says that the endpoint is right again: one message finds out, before the cool-down has ended. It does not close, and it
   * forgets no failure: if the operator is wrong, each start would cost the threshold in attempts.
   */
  probeNow(now: number): void {
    if (this.#status.state === 'open') this.#status = { ...this.#status, until: now };
  }

  #open(reason: string, until: number | null): BreakerChange {
    this.#status = { state: 'open', reason, until };
    return 'opened';
  }

  #close(): BreakerChange {
    const wasClosed = this.#status.state === 'closed';
    this.#status = { state: 'closed', failures: 0 };
    return wasClosed ? 'none' : 'closed';
  }
}
