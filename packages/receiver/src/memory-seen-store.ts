import { randomUUID } from 'node:crypto';
import type { Begun, SeenStore } from './seen-store.ts';

interface Lease {
  readonly token: string;
  readonly leasedUntil: number;
}

interface Done {
  readonly token: string;
  readonly messageId: string | null;
  readonly keptUntil: number;
}

/**
 * For one process and its life: a restart forgets everything. Keeps some 700 bytes for each webhook until its `keepMs` is over.
 */
export class MemorySeenStore implements SeenStore {
  readonly #leases = new Map<string, Lease>();
  readonly #done = new Map<string, Done>();
  readonly #now: () => number;

  /** `now`: the time, epoch ms; default the system's. */
  constructor({ now = Date.now }: { readonly now?: (() => number) | undefined } = {}) {
    this.#now = now;
  }

  /** How many ids it keeps. */
  get size(): number {
    return this.#leases.size + this.#done.size;
  }

  async begin(id: string, { leaseMs }: { readonly leaseMs: number }): Promise<Begun> {
    const now = this.#now();
    this.#forgetOld(now);
    const done = this.#done.get(id);
    if (done !== undefined && done.keptUntil > now) return { kind: 'completed', messageId: done.messageId };
    const lease = this.#leases.get(id);
    if (lease !== undefined && lease.leasedUntil > now) return { kind: 'in_progress' };
    const token = randomUUID();
    putLast(this.#leases, id, { token, leasedUntil: now + leaseMs });
    return { kind: 'begun', token };
  }

  async complete(
    id: string,
    token: string,
    { keepMs, messageId }: { readonly keepMs: number; readonly messageId: string | null },
  ): Promise<'completed' | 'stale'> {
    const now = this.#now();
    this.#forgetOld(now);
    const done = this.#done.get(id);
    if (done !== undefined && done.keptUntil > now) return done.token === token ? 'completed' : 'stale';
    const lease = this.#leases.get(id);
    if (lease !== undefined && lease.token !== token && lease.leasedUntil > now) return 'stale';
    this.#leases.delete(id);
    putLast(this.#done, id, { token, messageId, keptUntil: now + keepMs });
    return 'completed';
  }

  async abandon(id: string, token: string): Promise<void> {
    if (this.#leases.get(id)?.token === token) this.#leases.delete(id);
  }

  // Older entries end first, as long as all have the same durations; else they are only forgotten later.
  #forgetOld(now: number): void {
    for (const [id, { leasedUntil }] of this.#leases) {
      if (leasedUntil > now) break;
      this.#leases.delete(id);
    }
    for (const [id, { keptUntil }] of this.#done) {
      if (keptUntil > now) break;
      this.#done.delete(id);
    }
  }
}

function putLast<Value>(map: Map<string, Value>, id: string, value: Value): void {
  map.delete(id);
  map.set(id, value);
}
