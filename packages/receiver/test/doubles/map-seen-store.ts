import type { Begun, SeenStore } from '../../src/index.ts';

export interface Entry {
  readonly token: string;
  readonly messageId: string | null;
  readonly isDone: boolean;
  readonly until: number;
}

/** One step of each operation, for a double to get wrong. */
export interface Rules {
  readonly keyOf: (id: string) => string;
  readonly newToken: () => string;
  /** Whether other callers get a turn between the look and the write, for an id that was there before or not. */
  readonly pausesFor: (wasThere: boolean) => boolean;
  readonly leaseMs: (leaseMs: number) => number;
  readonly keepMs: (keepMs: number, entry: Entry | undefined, now: number) => number;
  readonly isAlive: (entry: Entry, now: number) => boolean;
  readonly mayComplete: (entry: Entry | undefined, token: string) => boolean;
  readonly isRepeat: (entry: Entry | undefined, token: string) => boolean;
  readonly mayAbandon: (entry: Entry, token: string) => boolean;
  readonly storedMessageId: (messageId: string | null) => string | null;
}

let tokens = 0;

export const RIGHT: Rules = {
  keyOf: (id) => id,
  newToken: () => {
    tokens += 1;
    return `token-${tokens}`;
  },
  pausesFor: () => false,
  leaseMs: (leaseMs) => leaseMs,
  keepMs: (keepMs) => keepMs,
  isAlive: ({ until }, now) => until > now,
  mayComplete: (entry, token) => entry === undefined || (entry.token === token && !entry.isDone),
  isRepeat: (entry, token) => entry?.isDone === true && entry.token === token,
  mayAbandon: (entry, token) => !entry.isDone && entry.token === token,
  storedMessageId: (messageId) => messageId,
};

/** A store that is right as long as its rules are. */
export class MapSeenStore implements SeenStore {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  readonly #rules: Rules;

  constructor(now: () => number, rules: Rules) {
    this.#now = now;
    this.#rules = rules;
  }

  async begin(id: string, { leaseMs }: { readonly leaseMs: number }): Promise<Begun> {
    const entry = this.#alive(id);
    if (entry?.isDone === true) return { kind: 'completed', messageId: entry.messageId };
    if (entry !== undefined) return { kind: 'in_progress' };
    if (this.#rules.pausesFor(this.#entries.has(this.#rules.keyOf(id)))) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const token = this.#rules.newToken();
    const until = this.#now() + this.#rules.leaseMs(leaseMs);
    this.#entries.set(this.#rules.keyOf(id), { token, messageId: null, isDone: false, until });
    return { kind: 'begun', token };
  }

  async complete(
    id: string,
    token: string,
    { keepMs, messageId }: { readonly keepMs: number; readonly messageId: string | null },
  ): Promise<'completed' | 'stale'> {
    const entry = this.#alive(id);
    if (this.#rules.isRepeat(entry, token)) return 'completed';
    if (!this.#rules.mayComplete(entry, token)) return 'stale';
    const until = this.#now() + this.#rules.keepMs(keepMs, entry, this.#now());
    const stored = this.#rules.storedMessageId(messageId);
    this.#entries.set(this.#rules.keyOf(id), { token, messageId: stored, isDone: true, until });
    return 'completed';
  }

  async abandon(id: string, token: string): Promise<void> {
    const entry = this.#alive(id);
    if (entry !== undefined && this.#rules.mayAbandon(entry, token)) {
      this.#entries.delete(this.#rules.keyOf(id));
    }
  }

  #alive(id: string): Entry | undefined {
    const entry = this.#entries.get(this.#rules.keyOf(id));
    return entry !== undefined && this.#rules.isAlive(entry, this.#now()) ? entry : undefined;
  }
}
