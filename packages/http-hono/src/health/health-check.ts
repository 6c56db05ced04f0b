/** What a dependency says of itself. */
export interface HealthReport {
  readonly ok: boolean;
  /**
   * A stable word such as `connection_refused`: lower case, digits and underscores. `/readyz` asks for no key, so anything else,
   * which might name an address, is not shown.
   */
  readonly detail?: string;
}

/** A dependency that `/readyz` asks. */
export interface HealthCheck {
  /** Whether the service is not ready without it: true for the store, false for the sent cache. */
  readonly required: boolean;
  /** May reject, and may hang: both count as not ok. Called at most once a second, also while an earlier call is under way. */
  check(): Promise<HealthReport>;
}
