import type { ClaimedMessage } from '../message/lease-transitions.ts';
import type { Message } from '../message/message.ts';
import { type DispatchReport, EMPTY_REPORT } from './dispatch-report.ts';

/** The outcome of a claimed message; the counters of a report. */
export type Fate = Exclude<keyof DispatchReport, 'claimed'>;

type Phase = 'waiting' | 'starting' | 'sending' | 'settling' | 'closed';

/**
 * One claimed message on its way through the pipeline: waiting -> starting -> sending -> settling -> closed.
 * Messages that need no send, or are given back, go from waiting or starting to settling. A lost lease closes what is
 * waiting or starting.
 */
export class InFlightMessage {
  readonly message: Message;
  readonly batch: LeaseBatch;
  /** Claimed to see whether the endpoint is back: a failure does not count as an attempt. */
  readonly isProbe: boolean;
  /** It has lost a lease that may have begun: it is sent alone and journaled, since it may be what ends its processes. */
  readonly isSuspect: boolean;
  /** An earlier attempt's outcome is unknown; a reconciler may clear it. */
  inDoubt: boolean;
  /** Its beginning is in the store. */
  isJournaled = false;
  #phase: Phase = 'waiting';

  constructor({ message, inDoubt }: ClaimedMessage, batch: LeaseBatch, isProbe: boolean) {
    this.message = message;
    this.batch = batch;
    this.isProbe = isProbe;
    this.isSuspect = message.lostLeases > 0;
    this.inDoubt = inDoubt;
  }

  get phase(): Phase {
    return this.#phase;
  }

  enter(phase: Phase): void {
    this.#phase = phase;
  }
}

/** The messages of one claim: they share a token and the end of the lease. */
export class LeaseBatch {
  readonly leaseToken: string;
  /** By store time. */
  leasedUntil: number;
  readonly entries: readonly InFlightMessage[];
  /** Resolves when every message was settled, released or lost. */
  readonly done: Promise<DispatchReport>;
  readonly #open = new Set<InFlightMessage>();
  readonly #report: { -readonly [Counter in keyof DispatchReport]: DispatchReport[Counter] };
  readonly #finish: (report: DispatchReport) => void;

  constructor(leaseToken: string, leasedUntil: number, claimed: readonly ClaimedMessage[], isProbe: boolean) {
    this.leaseToken = leaseToken;
    this.leasedUntil = leasedUntil;
    this.entries = claimed.map((one) => new InFlightMessage(one, this, isProbe));
    for (const entry of this.entries) this.#open.add(entry);
    this.#report = { ...EMPTY_REPORT, claimed: claimed.length };
    const { promise, resolve } = Promise.withResolvers<DispatchReport>();
    this.done = promise;
    this.#finish = resolve;
    if (claimed.length === 0) resolve(this.#report);
  }

  get open(): ReadonlySet<InFlightMessage> {
    return this.#open;
  }

  /** Whether any of its messages waits for its place. */
  get isWaiting(): boolean {
    for (const entry of this.#open) if (entry.phase === 'waiting') return true;
    return false;
  }

  close(entry: InFlightMessage, fate: Fate): void {
    if (!this.#open.delete(entry)) return;
    entry.enter('closed');
    this.#report[fate] += 1;
    if (this.#open.size === 0) this.#finish(this.#report);
  }
}

/** The entries of each batch, since a token speaks for one batch only. */
export function byBatch<Item>(
  items: readonly Item[],
  batchOf: (item: Item) => LeaseBatch,
): ReadonlyMap<LeaseBatch, readonly Item[]> {
  const groups = new Map<LeaseBatch, Item[]>();
  for (const item of items) {
    const batch = batchOf(item);
    const group = groups.get(batch);
    if (group === undefined) groups.set(batch, [item]);
    else group.push(item);
  }
  return groups;
}
