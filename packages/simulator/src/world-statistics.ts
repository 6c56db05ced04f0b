const NOTHING = {
  /** How often something happened to a process or reached the store, the cache, the provider or the receiver. */
  steps: 0,
  virtualMs: 0,
  messages: 0,
  requests: 0,
  accepted: 0,
  /** Acceptances of a message that had been accepted before, all of them inside the window that the design names. */
  copies: 0,
  crashes: 0,
  leasesTakenOver: 0,
  staleSettles: 0,
  /** Acked without a send: the sent cache knew of the delivery. */
  recalled: 0,
  /** Acked without a send: the provider knew of the delivery. */
  reconciled: 0,
  sent: 0,
  failed: 0,
  unknown: 0,
  cancelled: 0,
};

/** The events of one world, in numbers. */
export type WorldStatistics = typeof NOTHING;

export function noStatistics(): WorldStatistics {
  return { ...NOTHING };
}

export function addStatistics(total: WorldStatistics, one: Readonly<WorldStatistics>): void {
  // The keys of a record made by `noStatistics` are exactly those of the type.
  for (const key of Object.keys(total) as (keyof WorldStatistics)[]) total[key] += one[key];
}
