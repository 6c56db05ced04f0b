import type { InsertResult } from '@messaging-system/core';
import type { ClientSession } from 'mongodb';
import type { MessageFinder } from './message-finder.ts';
import type { WakeUps } from './wake-ups.ts';

/**
 * Wakes up when a session has ended and a message that it stored is there. A session tells of its end but of no commit, and a wake-up before
 * the commit would find nothing.
 */
export class CommitWatch {
  readonly #finder: MessageFinder;
  readonly #wakeUps: WakeUps;
  readonly #storedIds = new WeakMap<ClientSession, string[]>();

  constructor(finder: MessageFinder, wakeUps: WakeUps) {
    this.#finder = finder;
    this.#wakeUps = wakeUps;
  }

  follow(session: ClientSession, result: InsertResult): void {
    if (result.kind === 'conflict') return;
    const ids = result.items.filter(({ kind }) => kind === 'stored').map(({ message }) => message.id);
    const followed = this.#storedIds.get(session);
    if (followed !== undefined) followed.push(...ids);
    else {
      this.#storedIds.set(session, ids);
      session.once('ended', () => void this.#onEnded(session));
    }
  }

  async #onEnded(session: ClientSession): Promise<void> {
    const ids = this.#storedIds.get(session) ?? [];
    this.#storedIds.delete(session);
    // A wake-up may be missed; who enqueued must not learn of it.
    const isThere = await this.#finder.hasAny(ids).catch(() => false);
    if (isThere) this.#wakeUps.wake();
  }
}
