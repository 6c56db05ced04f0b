/**
 * The choice for when nobody knows whether an attempt was delivered: `resend` sends again with the same `webhook-id`, `hold` makes the message
 * `unknown` for an operator, `reconcile` asks the provider.
 * `settlementForOutcome` applies it to a send that has just ended, `triage` to a message that a claim found in doubt.
 */
export type AmbiguityPolicy = 'resend' | 'hold' | 'reconcile';

export const AMBIGUITY_POLICIES: readonly AmbiguityPolicy[] = ['resend', 'hold', 'reconcile'];

/** `hold` and `reconcile` must know which leased messages had really begun. */
export function journals(policy: AmbiguityPolicy): boolean {
  return policy !== 'resend';
}
