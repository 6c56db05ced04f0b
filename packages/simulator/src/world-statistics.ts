/** What went on in one world, in numbers. */
export interface WorldStatistics {
  /** How often something happened to a process or reached the store, the cache, the provider or the receiver. */
  steps: number;
  virtualMs: number;
  messages: number;
  requests: number;
  accepted: number;
  /** Acceptances of a message that had been accepted before, all of them inside the window that the design names. */
  copies: number;
  crashes: number;
  leasesTakenOver: number;
  staleSettles: number;
  /** Acked without a send: the sent cache knew of the delivery. */
  recalled: number;
  /** Acked without a send: the provider knew of the delivery. */
  reconciled: number;
  sent: number;
  failed: number;
  unknown: number;
  cancelled: number;
}

export function noStatistics(): WorldStatistics {
  return {
    steps: 0,
    virtualMs: 0,
    messages: 0,
    requests: 0,
    accepted: 0,
    copies: 0,
    crashes: 0,
    leasesTakenOver: 0,
    staleSettles: 0,
    recalled: 0,
    reconciled: 0,
    sent: 0,
    failed: 0,
    unknown: 0,
    cancelled: 0,
  };
}

export function addStatistics(total: WorldStatistics, one: Readonly<WorldStatistics>): void {
  // The keys of a record made by `noStatistics` are exactly those of the type.
  for (const key of Object.keys(total) as (keyof WorldStatistics)[]) total[key] += one[key];
}
