import { LONGEST_MS, type SessionClaim } from './session.ts';

const DEFAULT_MAX = 10_000;

/**
 * The sessions that were logged out, for as long as a copy of their cookie could be valid. This process alone knows them, and forgets them
 * when it ends.
 */
export class EndedSessions {
  readonly #max: number;
  /** When each of them would have ended at the latest. */
  readonly #ended = new Map<string, number>();
  /** Ends the open pages of a session. */
  readonly #pages = new Map<string, Set<AbortController>>();
  #endedUntil = Number.NEGATIVE_INFINITY;

  constructor(max: number = DEFAULT_MAX) {
    this.#max = max;
  }

  end({ id, begunAt }: SessionClaim, now: number): void {
    for (const [one, until] of this.#ended) if (until <= now) this.#ended.delete(one);
    if (this.#ended.size >= this.#max) {
      // Forgetting one would let it live again, so everybody has to log in again.
      this.#ended.clear();
      this.#endedUntil = now;
      for (const id of [...this.#pages.keys()]) this.#endPages(id);
    }
    this.#ended.set(id, begunAt + LONGEST_MS);
    this.#endPages(id);
  }

  has({ id, begunAt }: SessionClaim): boolean {
    return begunAt <= this.#endedUntil || this.#ended.has(id);
  }

  /** A signal for an open page of the session: aborted when the session is logged out. `page` says when the page is gone. */
  ofPage(id: string, page: AbortSignal): AbortSignal {
    const ended = new AbortController();
    const pages = this.#pages.get(id) ?? new Set();
    this.#pages.set(id, pages.add(ended));
    const leave = (): void => {
      pages.delete(ended);
      if (pages.size === 0 && this.#pages.get(id) === pages) this.#pages.delete(id);
    };
    page.addEventListener('abort', leave, { once: true });
    if (page.aborted) leave();
    return ended.signal;
  }

  #endPages(id: string): void {
    const pages = this.#pages.get(id) ?? [];
    this.#pages.delete(id);
    for (const page of pages) page.abort();
  }
}
