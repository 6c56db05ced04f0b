/** The outcome of one batch. Every claimed message is counted in exactly one of the others. */
export interface DispatchReport {
  readonly claimed: number;
  readonly sent: number;
  /** Acked without a send: a cache or a reconciler knew of an earlier delivery. Not part of `sent`. */
  readonly recalled: number;
  readonly retried: number;
  readonly failed: number;
  readonly unknown: number;
  readonly released: number;
  /** The lease was lost before the result could be stored, or the store took none until the drain deadline. */
  readonly lost: number;
}

export const EMPTY_REPORT: DispatchReport = {
  claimed: 0,
  sent: 0,
  recalled: 0,
  retried: 0,
  failed: 0,
  unknown: 0,
  released: 0,
  lost: 0,
};

/** The report of a batch that was claimed in parts. */
export function sumOf(reports: readonly DispatchReport[]): DispatchReport {
  return reports.reduce(
    (sum, one) => ({
      claimed: sum.claimed + one.claimed,
      sent: sum.sent + one.sent,
      recalled: sum.recalled + one.recalled,
      retried: sum.retried + one.retried,
      failed: sum.failed + one.failed,
      unknown: sum.unknown + one.unknown,
      released: sum.released + one.released,
      lost: sum.lost + one.lost,
    }),
    EMPTY_REPORT,
  );
}

export type DispatchOnceResult =
  | { readonly kind: 'dispatched'; readonly report: DispatchReport }
  /** A tick is under way (without `drain`, until its batch is settled), or another claim, or the end of the dispatcher; nothing was claimed. */
  | { readonly kind: 'busy' }
  /** The breaker is open, or the receiver asked for a pause; nothing was claimed. `until` null: until started again. */
  | { readonly kind: 'paused'; readonly reason: string; readonly until: number | null };
