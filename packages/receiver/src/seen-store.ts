export type Begun =
  /** The caller has it alone until its lease ends; the token is fresh for each. */
  | { readonly kind: 'begun'; readonly token: string }
  /** Somebody else has it under a lease that has not ended. */
  | { readonly kind: 'in_progress' }
  /** It is done. `messageId` is what `complete` was given. */
  | { readonly kind: 'completed'; readonly messageId: string | null };

/**
 * Remembers which webhooks an application has dealt with. Durations, not instants: the store counts them on its own clock, so that
 * receivers whose clocks differ can share it. Any number of callers, in any number of processes, may call at the same time. Faults
 * are thrown; one that was thrown may still be carried out.
 */
export interface SeenStore {
  /**
   * Takes the id under a lease of `leaseMs`. Of callers that race for one id exactly one gets `begun`; the others get
   * `in_progress`, and so is everybody until the lease has ended, was completed or was abandoned. An id whose lease ended is begun
   * again: what its holder was doing is taken to have crashed.
   */
  begin(id: string, options: { readonly leaseMs: number }): Promise<Begun>;

  /**
   * Remembers for `keepMs` that the id is done, with the answer's message id. `stale` changes nothing: another token holds the id or
   * completed it. After the lease ended, and as long as nobody has begun again, it still completes. A repeat with the same token
   * answers the same.
   */
  complete(
    id: string,
    token: string,
    options: { readonly keepMs: number; readonly messageId: string | null },
  ): Promise<'completed' | 'stale'>;

  /** Ends the token's lease at once, so that the next copy is begun. A stale token, and one that completed, change nothing. */
  abandon(id: string, token: string): Promise<void>;
}
